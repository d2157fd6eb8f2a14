import { useState } from "react";
import { count, percent } from "../../charts/format";
import { reach } from "../../charts/RatioPlot";
import type { RatioRow } from "../../charts/types";
import type { Tree } from "../../model/tree";
import { useStore } from "../../state/store";
import { toHash } from "../../state/url";
import { START } from "../../state/view";
import { Choice } from "../page/Choice";
import { Toggle } from "../page/Toggle";
import { levelName } from "../words";
import css from "./Compare.module.css";
import { Only } from "./Only";
import { type Pair, pairsAt } from "./pairs";
import { Ranked } from "./Ranked";
import { type TwoReports, useTwoReports } from "./useTwoReports";

/** This report beside a second one: what has more, what has less, what only one of them has. */
export function Reports() {
  const two = useTwoReports();
  if (typeof two === "string") return <p role="alert">{two}</p>;
  if (!two) return <p aria-live="polite">Loading the second report.</p>;
  return <Beside two={two} />;
}

function Beside({ two }: { two: TwoReports }) {
  const { compare, here, there } = two;
  const many = useStore(({ loaded }) => loaded?.report.unit[1] ?? "people");
  const whole = { here: peopleOf(here), there: peopleOf(there) };
  const levels = 1 + Math.max(0, ...here.rows.map((row) => row.level));
  const [level, setLevel] = useState(0);
  const [wanted, setAll] = useState<boolean | null>(null);
  const { pairs, onlyHere, onlyThere } = pairsAt(two, level);
  const standing = pairs.filter((pair) => pair.notable);
  const all = wanted ?? standing.length < 5;
  const rows = (all ? pairs : standing).map((pair) => rowOf(two, whole, pair));
  const lists = { none: "No topic stands out.", than: `in ${compare.there}`, end: reach(rows) };
  return (
    <>
      <div className={css.tools}>
        {levels > 1 && (
          <Choice
            label="Level"
            options={Array.from({ length: levels }, (_, i) => ({
              key: String(i),
              label: levelName(i, levels),
            })).reverse()}
            value={String(level)}
            onChange={(key) => setLevel(Number(key))}
          />
        )}
        <Toggle label="Also those that do not stand out" on={all} onChange={setAll} />
      </div>
      <h2 className={css.summary}>
        {`${count(pairs.length)} ${levelName(level, levels).toLowerCase()} can be compared; ` +
          `${standing.length ? count(standing.length) : "none"} ${standing.length === 1 ? "stands" : "stand"} out.`}
      </h2>
      <div className={css.lists}>
        <Ranked
          {...lists}
          title={`More common: ${compare.here}`}
          rows={rows.filter((row) => row.ratio! >= 1)}
          file="more-in-this-report"
        />
        <Ranked
          {...lists}
          title={`More common: ${compare.there}`}
          rows={rows.filter((row) => row.ratio! < 1)}
          file="more-in-the-other-report"
        />
        <Only title={`Only in ${compare.here}`} tree={here} name="main" found={onlyHere} />
        <Only title={`Only in ${compare.there}`} tree={there} name="other" found={onlyThere} />
      </div>
      <p className={css.small}>
        {`“Here” is ${compare.here}, “there” ${compare.there}. The dot is a topic's share of the ${many} ` +
          "here over its share there, the line its 95 % interval; a full dot stands out, with at most " +
          "1 in 20 of those expected to be chance (Benjamini and Hochberg). Topics are matched by " +
          "their names, or by the words of names and descriptions, never by conversations: what is " +
          "only in one report may have been named otherwise, or been too small, in the other."}
      </p>
    </>
  );
}

/** All who stand behind a report's topics: shares of them are what is compared. */
function peopleOf(tree: Tree): number {
  return tree.leaves.reduce((sum, leaf) => sum + tree.row(leaf).units, 0);
}

interface Whole {
  here: number;
  there: number;
}

function rowOf({ here, there }: TwoReports, whole: Whole, pair: Pair): RatioRow {
  const [now, then] = [here.row(pair.here), there.row(pair.there)];
  const renamed = now.name === then.name ? "" : `; there “${then.name}” (${pair.by})`;
  return {
    key: now.id,
    label: now.name,
    ratio: pair.ratio,
    low: pair.low,
    high: pair.high,
    notable: pair.notable,
    href: toHash({ ...START, screen: "map", selected: now.id }),
    words: `here ${percent(now.units / whole.here)}, there ${percent(then.units / whole.there)}${renamed}`,
  };
}
