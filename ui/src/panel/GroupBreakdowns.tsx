import { useEffect } from "react";
import { capital, percent } from "../charts/format";
import { combined, type GroupValue, outermost } from "../model/group";
import { useStore } from "../state/store";
import { Breakdown } from "./Breakdown";
import css from "./Breakdowns.module.css";
import type { BreakdownRows, ValueRow } from "./facts";
import type { GroupProps } from "./GroupPanel";

/** Every facet of the gathered topics together, against the whole report. */
export function GroupBreakdowns({ loaded, topics }: GroupProps) {
  const { report, facets, tree } = loaded;
  const needFacet = useStore((state) => state.needFacet);
  const failed = useStore((state) => state.failed);
  useEffect(() => {
    for (const { name } of report.facets) void needFacet(name);
  }, [report, needFacet]);
  if (report.facets.length === 0) return null;
  const cells = outermost(tree, topics).length;
  const people = report.unit[1];
  const waiting = report.facets.some(({ name }) => !facets.has(name) && !failed.has(name));
  return (
    <div className={css.breakdowns}>
      {report.facets.map((entry) => {
        const doc = facets.get(entry.name);
        const rows = doc && rowsOf(combined(tree, topics, entry, doc), cells);
        return (
          rows && (
            <Breakdown
              key={entry.name}
              report={report}
              entry={entry}
              rows={rows}
              of="gathered topics"
            />
          )
        );
      })}
      <p className={css.key}>
        Bars: share of the {people} of these topics; upright tick: the whole report, where all of
        them show the value. Only what is shown of a topic is added up: “at least” where some of
        them do not show it; what is not shown is not in it. {capital(people)} in two topics count
        twice, so there are no intervals.
      </p>
      {waiting && <p className={css.quiet}>Reading the breakdowns</p>}
      {[...failed].map(([name, why]) => (
        <p key={name} className={css.few}>
          {why}
        </p>
      ))}
    </div>
  );
}

function rowsOf(values: readonly GroupValue[], cells: number): BreakdownRows {
  const told = values.filter(({ share }) => share !== null);
  const few = values.filter(({ share }) => share === null);
  return { told: told.map((own) => rowOf(own, cells)), few: few.map(({ value }) => value) };
}

function rowOf({ value, units, share, shown, base }: GroupValue, cells: number): ValueRow {
  const least = shown < cells ? { least: `${shown} of ${cells} topics` } : {};
  const words = [
    least.least && `at least, shown in ${least.least}`,
    base !== null && `whole report ${percent(base)}`,
  ];
  const none = { low: null, high: null, lift: null, liftLow: null, liftHigh: null };
  const own = { key: value, label: value, value: share, units, base };
  return { ...own, ...none, ...least, words: words.filter(Boolean).join("; ") };
}
