import { units } from "../charts/format";
import css from "./Evidence.module.css";
import type { ClusterProps } from "./types";

/** What the name rests on. */
export function Evidence({ loaded, cluster }: ClusterProps) {
  const { report, tree } = loaded;
  const row = tree.row(cluster);
  return (
    <footer className={css.evidence}>
      <h3>What the name rests on</h3>
      <p>
        {units(row.units, report.unit)} {row.units === 1 ? "stands" : "stand"} behind this topic;{" "}
        {row.named_by}.
        {row.grade !== null && ` A model that audited names for privacy gave it ${row.grade} of 5.`}
      </p>
    </footer>
  );
}
