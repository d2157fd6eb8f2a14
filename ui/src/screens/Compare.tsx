import { type Loaded, useStore } from "../state/store";
import type { Side } from "../state/view";
import css from "./compare/Compare.module.css";
import { Groups } from "./compare/Groups";
import { Reports } from "./compare/Reports";
import { SidePicker } from "./compare/SidePicker";
import { asked, firstOptions, holds, secondOptions, sideKey, suggested } from "./compare/sides";
import { Page } from "./page/Page";

/** Two groups, two spans of time or two reports beside each other. */
export function Compare({ loaded }: { loaded: Loaded }) {
  const view = useStore((state) => state.view);
  const go = useStore((state) => state.go);
  const other = useStore(
    ({ index }) =>
      (index?.compared && index.trees.find(({ key }) => key === "other")?.title) || null,
  );
  const sides = asked(loaded, view.sides, other) ?? suggested(loaded, other);
  const lede =
    "Which topics are more common in one group of people than in another, by how much, and how sure that is.";
  if (!sides)
    return (
      <Page title="Compare" lede={lede}>
        <Nothing />
      </Page>
    );

  const [first, second] = sides;
  const seconds = secondOptions(loaded, first, other);
  function pickFirst(side: Side) {
    const beside = secondOptions(loaded, side, other);
    const next = holds(beside, second) ? second : beside[0]?.options[0]?.side;
    if (next) go({ sides: [side, next] });
  }
  return (
    <Page title="Compare" lede={lede}>
      <div className={css.screen}>
        <div className={css.sides}>
          <SidePicker
            label="Compare"
            groups={firstOptions(loaded, other)}
            side={first}
            onPick={pickFirst}
          />
          <SidePicker
            label="with"
            groups={seconds}
            side={second}
            onPick={(side) => go({ sides: [first, side] })}
          />
        </div>
        {second.kind === "other" ? (
          <Reports />
        ) : (
          <Groups key={sideKey(first) + sideKey(second)} loaded={loaded} sides={sides} />
        )}
      </div>
    </Page>
  );
}

function Nothing() {
  return (
    <p className={css.none}>
      This report holds no two groups to compare: nothing was counted beside its topics, or no count
      is shown. A run on conversations with a time can compare months; a run with{" "}
      <code>--facets work</code>, for instance, can compare answers; and{" "}
      <code>anonymuse explore DIR OTHER</code> compares two reports.
    </p>
  );
}
