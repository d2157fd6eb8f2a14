import { useEffect } from "react";
import type { FacetDoc } from "../api/types";
import { list } from "../charts/format";
import { useStore } from "../state/store";
import { Breakdown } from "./Breakdown";
import css from "./Breakdowns.module.css";
import { ancestorThatTells, breakdown } from "./facts";
import type { ClusterProps } from "./types";
import { useHref } from "./useHref";

/** Every facet against the whole report; facets without anything to show are named once. */
export function Breakdowns({ loaded, cluster }: ClusterProps) {
  const { report, facets, tree } = loaded;
  const needFacet = useStore((state) => state.needFacet);
  const failed = useStore((state) => state.failed);
  const href = useHref();
  useEffect(() => {
    for (const { name } of report.facets) void needFacet(name);
  }, [report, needFacet]);
  if (report.facets.length === 0)
    return (
      <p className={css.quiet}>
        This report has no facets, so there are no breakdowns by language, concern or the like.
      </p>
    );

  const asked = report.facets.map((entry) => ({ entry, doc: facets.get(entry.name) }));
  const here = asked.flatMap(({ entry, doc }) => {
    const rows = doc && breakdown(entry, doc, cluster);
    return rows ? [{ entry, rows }] : [];
  });
  const waiting = asked.some(({ entry, doc }) => !doc && !failed.has(entry.name));
  const silent = asked.filter(
    ({ entry, doc }) => doc && !here.some((other) => other.entry === entry),
  );
  const docs = silent.flatMap(({ doc }): FacetDoc[] => (doc ? [doc] : []));
  const parent = ancestorThatTells(tree, cluster, docs);
  const people = report.unit[1];

  return (
    <div className={css.breakdowns}>
      {here.map(({ entry, rows }) => (
        <Breakdown
          key={entry.name}
          report={report}
          entry={entry}
          rows={rows}
          of={tree.row(cluster).name}
        />
      ))}
      {here.length > 0 && (
        <p className={css.key}>
          Bars: share of {people} here; thin line: 95 % interval; upright tick: the whole report. A
          value stands out where its difference holds after control for many comparisons.
        </p>
      )}
      {waiting && <p className={css.quiet}>Reading the breakdowns</p>}
      {!waiting && silent.length > 0 && (
        <p className={css.few}>
          {here.length === 0
            ? "No breakdown is shown here."
            : `Not shown here: ${list(silent.map(({ entry }) => entry.title))}.`}
          {parent !== null && (
            <>
              {" "}
              <a href={href({ selected: tree.row(parent).id })}>
                <bdi>{tree.row(parent).name}</bdi>
              </a>
              , above, {tells(here.length, silent.length)}
            </>
          )}
        </p>
      )}
      {[...failed].map(([name, why]) => (
        <p key={name} className={css.few}>
          {why}
        </p>
      ))}
    </div>
  );
}

function tells(here: number, silent: number): string {
  if (here === 0) return "has some.";
  return silent === 1 ? "shows it." : "shows some of these.";
}
