import { Button } from "react-aria-components";
import { command } from "../state/commands";
import { type Loaded, useStore } from "../state/store";
import { useTheme } from "../state/theme";
import { toHash } from "../state/url";
import css from "./Header.module.css";
import { Icon } from "./Icon";
import { Mark } from "./Mark";
import { Nav } from "./Nav";
import { SearchBox } from "./SearchBox";
import { TreeSwitch } from "./TreeSwitch";

export function Header({ loaded }: { loaded: Loaded }) {
  const view = useStore((state) => state.view);
  return (
    <header className={css.header}>
      <a
        className={css.brand}
        href={toHash({ ...view, screen: "overview" })}
        aria-label="anonymuse, to the overview"
      >
        <Mark />
        <span className={css.word}>anonymuse</span>
      </a>
      <p className={css.title} dir="auto" title={loaded.report.title}>
        {loaded.report.title}
      </p>
      <Nav view={view} />
      <TreeSwitch loaded={loaded} />
      <SearchBox loaded={loaded} />
      <ThemeButton />
      <Button
        className={css.button!}
        aria-label="Help and keys"
        data-tour="help"
        onPress={() => command("help")}
      >
        <Icon name="help" />
      </Button>
      <Arriving />
    </header>
  );
}

function ThemeButton() {
  const { theme, toggle } = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <Button className={css.button!} aria-label={`Show it ${other}`} onPress={toggle}>
      <Icon name={other} />
    </Button>
  );
}

/** A thin line while another tree is on its way. */
function Arriving() {
  const progress = useStore((state) => state.progress);
  const error = useStore((state) => state.error);
  if (progress >= 1 || error) return null;
  return (
    <span
      className={css.arriving}
      role="progressbar"
      aria-label="Loading"
      aria-valuenow={Math.round(100 * progress)}
      style={{ width: `${Math.max(8, 100 * progress)}%` }}
    />
  );
}
