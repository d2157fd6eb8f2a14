import { useNotes } from "../state/notes";
import { toHash } from "../state/url";
import type { View } from "../state/view";
import { Icon } from "./Icon";
import css from "./Nav.module.css";
import { PLACES } from "./names";

/** The screens: in the header, or as a bar under the thumb where the window is narrow. */
export function Nav({ view }: { view: View }) {
  const marks = useNotes((state) => state.notes.length);
  return (
    <nav className={css.nav} aria-label="Screens">
      {PLACES.map(({ screen, name, short, icon }) => (
        <a
          key={screen}
          className={css.link}
          href={toHash({ ...view, screen })}
          aria-current={view.screen === screen ? "page" : undefined}
          aria-label={name}
          data-tour={`to-${screen}`}
        >
          <span className={css.icon}>
            <Icon name={icon} filled={icon === "notes" && marks > 0} />
          </span>
          <span className={css.name} data-name={name}>
            {name}
          </span>
          <span className={css.short}>{short}</span>
        </a>
      ))}
    </nav>
  );
}
