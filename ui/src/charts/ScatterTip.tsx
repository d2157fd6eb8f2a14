import { count } from "./format";
import css from "./ScatterChart.module.css";
import { type Plot, type Spot, withEnds } from "./scatter";
import type { ScatterAxis } from "./types";

interface Props {
  spot: Spot;
  xAxis: ScatterAxis;
  yAxis: ScatterAxis;
  unit: string;
  width: number;
}

/** What a point is, beside it. */
export function ScatterTip({ spot: { point, x: left, y: top }, xAxis, yAxis, unit, width }: Props) {
  const end = left > width / 2;
  return (
    <div
      className={css.tip}
      data-not-drawn
      aria-hidden="true"
      style={{ top: top + 14, ...(end ? { right: width - left + 10 } : { left: left + 10 }) }}
    >
      <strong dir="auto">{point.label}</strong>
      <span>
        {xAxis.title}: {withEnds(point.x, point.xLow, point.xHigh, xAxis)}
      </span>
      <span>
        {yAxis.title}: {withEnds(point.y, point.yLow, point.yHigh, yAxis)}
      </span>
      <span>
        {count(point.size)} {unit}
      </span>
    </div>
  );
}

/** The intervals of both measures, through the point. */
export function ScatterCross({ spot: { point }, plot: { x, y } }: { spot: Spot; plot: Plot }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a <g> takes no focus
    <g className={css.cross} aria-hidden="true">
      {point.xLow !== null && point.xHigh !== null && (
        <line x1={x(point.xLow)} x2={x(point.xHigh)} y1={y(point.y)} y2={y(point.y)} />
      )}
      {point.yLow !== null && point.yHigh !== null && (
        <line x1={x(point.x)} x2={x(point.x)} y1={y(point.yLow)} y2={y(point.yHigh)} />
      )}
    </g>
  );
}
