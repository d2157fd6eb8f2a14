import { count, interval, percent } from "../charts/format";
import type { Tree } from "../model/tree";
import { rankAmong, shareOfParent } from "./facts";
import css from "./Size.module.css";
import { SpanSize } from "./SpanSize";
import type { ClusterProps } from "./types";

/** How large it is: of all conversations, among its siblings, within its parent. */
export function Size({ loaded, cluster }: ClusterProps) {
  const { tree, report } = loaded;
  const row = tree.row(cluster);
  const ofParent = shareOfParent(tree, cluster);
  return (
    <div className={css.size}>
      <p className={css.share}>
        <strong>{percent(row.share)}</strong> of conversations
        <span className={css.quiet}>{interval(row.low, row.high)}</span>
      </p>
      <dl className={css.facts}>
        <div>
          <dt>conversations</dt>
          <dd>{count(row.conversations)}</dd>
        </div>
        <div>
          <dt>{report.unit[1]}</dt>
          <dd>{count(row.units)}</dd>
        </div>
        <div>
          <dt>{beside(tree, cluster)}</dt>
          <dd>{rankAmong(tree, cluster)}</dd>
        </div>
        {ofParent && (
          <div>
            <dt>of the area above</dt>
            <dd>{ofParent}</dd>
          </div>
        )}
      </dl>
      <SpanSize loaded={loaded} cluster={cluster} />
    </div>
  );
}

/** What its rank is among: a report of one level has topics alone on top. */
function beside(tree: Tree, cluster: number): string {
  if (tree.row(cluster).parent !== null) return "by size beside it";
  return tree.children[cluster]!.length ? "by size among the areas" : "by size among all";
}
