import type { Measure, Quadrant } from "../../api/types";
import type { Loaded } from "../../state/store";
import { hrefOf } from "../hrefs";
import { reading } from "./points";
import css from "./Quadrant.module.css";

interface Props {
  loaded: Loaded;
  corner: Quadrant["corners"][number];
  x: Measure;
  y: Measure;
}

/** The topics of one corner, with both numbers and their intervals. */
export function CornerList({ loaded, corner, x, y }: Props) {
  return (
    <section className={css.corner}>
      <h3>{corner.title}</h3>
      <p className={css.note}>{corner.note}</p>
      {corner.clusters.length === 0 && <p className={css.none}>No topic of this report.</p>}
      <ol className={css.list}>
        {corner.clusters.map((cluster) => (
          <li key={cluster}>
            <a
              dir="auto"
              href={hrefOf(loaded, cluster, { overlay: { kind: "measure", key: y.key } })}
            >
              {loaded.tree.row(cluster).name}
            </a>
            <span className={css.values}>
              {`${x.title} ${reading(x, cluster)} · ${y.title} ${reading(y, cluster)}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
