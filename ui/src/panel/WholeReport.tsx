import type { Loaded } from "../state/store";
import { Breakdown } from "./Breakdown";
import css from "./Breakdowns.module.css";
import { baseRows } from "./facts";
import head from "./Head.module.css";
import { OverTime } from "./OverTime";
import { Topics } from "./Related";

/** Nothing selected: what the clusters are compared with, and how to go on. */
export function WholeReport({ loaded }: { loaded: Loaded }) {
  const { report, tree } = loaded;
  const people = report.unit[1];
  return (
    <>
      <header className={head.head}>
        <h2 className={head.name}>The whole report</h2>
        <p className={head.description}>
          {report.what} Choose a topic on the map or in the tree to see how it differs.
        </p>
      </header>
      <Topics loaded={loaded} title="Largest topics" topics={tree.roots} />
      <OverTime loaded={loaded} cluster={null} />
      <div className={css.breakdowns}>
        {report.facets.map((entry) => (
          <Breakdown
            key={entry.name}
            report={report}
            entry={entry}
            rows={baseRows(entry)}
            of="the whole report"
          />
        ))}
      </div>
      {report.facets.length > 0 && (
        <p className={css.key}>Bars: share of {people}; thin line: 95 % interval.</p>
      )}
    </>
  );
}
