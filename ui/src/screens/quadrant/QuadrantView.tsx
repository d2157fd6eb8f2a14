import { useMemo } from "react";
import type { Quadrant } from "../../api/types";
import { ChartFrame } from "../../charts/ChartFrame";
import { capital, count } from "../../charts/format";
import { ScatterChart } from "../../charts/ScatterChart";
import type { Column } from "../../charts/types";
import { type Loaded, useStore } from "../../state/store";
import { hrefOf } from "../hrefs";

import { CornerList } from "./CornerList";
import { axisOf, type QuadrantRow, reading, relation, rowsOf } from "./points";
import css from "./Quadrant.module.css";

export function QuadrantView({ loaded, quadrant }: { loaded: Loaded; quadrant: Quadrant }) {
  const { tree, report } = loaded;
  const selected = useStore((state) => state.view.selected);
  const go = useStore((state) => state.go);
  const rows = useMemo(() => rowsOf(tree, quadrant), [tree, quadrant]);
  const [x, y] = [tree.measures.get(quadrant.x), tree.measures.get(quadrant.y)];
  if (!x || !y) return null;
  const many = report.unit[1];
  const columns: Column<QuadrantRow>[] = [
    { title: "Topic", cell: (row) => row.label },
    { title: capital(many), align: "end", cell: (row) => count(row.size), raw: (row) => row.size },
    { title: x.title, align: "end", cell: (row) => reading(x, row.cluster) },
    { title: y.title, align: "end", cell: (row) => reading(y, row.cluster) },
    { title: "Listed as", cell: (row) => row.corner },
  ];
  const chosen = rows.find((row) => row.key === selected);
  return (
    <div className={css.quadrant}>
      <div className={css.chart}>
        <h2 className={css.relation}>{relation(quadrant, x.title, y.title)}</h2>
        <ChartFrame
          title={quadrant.title}
          note={`${quadrant.note} The area of a point is its ${many}.`}
          rows={rows}
          columns={columns}
          file={quadrant.title}
        >
          <ScatterChart
            points={rows}
            x={axisOf(x, quadrant.split[0])}
            y={axisOf(y, quadrant.split[1])}
            corners={{
              bottomRight: quadrant.corners[0]?.title ?? "",
              topLeft: quadrant.corners[1]?.title ?? "",
            }}
            selected={selected}
            onSelect={(key) => go({ selected: key === selected ? null : key })}
            unit={many}
          />
        </ChartFrame>
      </div>
      <div className={css.side}>
        {chosen && (
          <section className={css.chosen} aria-live="polite">
            <h3 dir="auto">{chosen.label}</h3>
            <dl className={css.numbers}>
              <dt>{capital(many)}</dt>
              <dd>{count(chosen.size)}</dd>
              <dt>{x.title}</dt>
              <dd>{reading(x, chosen.cluster)}</dd>
              <dt>{y.title}</dt>
              <dd>{reading(y, chosen.cluster)}</dd>
            </dl>
            <a href={hrefOf(loaded, chosen.cluster, { overlay: { kind: "measure", key: y.key } })}>
              Open it on the map
            </a>
          </section>
        )}
        {quadrant.corners.map((corner) => (
          <CornerList key={corner.title} loaded={loaded} corner={corner} x={x} y={y} />
        ))}
      </div>
    </div>
  );
}
