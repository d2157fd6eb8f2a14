import css from "./ScatterChart.module.css";
import { PAD, type Plot } from "./scatter";
import type { ScatterAxis } from "./types";

interface Props {
  plot: Plot;
  xAxis: ScatterAxis;
  yAxis: ScatterAxis;
}

/** Axes with their titles and the lines between halves. */
export function ScatterFrame({ plot, xAxis, yAxis }: Props) {
  const { x, y, width, height } = plot;
  const floor = height - PAD.bottom;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a <g> takes no focus
    <g className={css.axis} aria-hidden="true">
      {y.ticks(5).map((tick) => (
        <g key={tick}>
          <line x1={PAD.left} x2={width - PAD.right} y1={y(tick)} y2={y(tick)} />
          <text x={PAD.left - 8} y={y(tick) + 4} textAnchor="end">
            {(yAxis.tick ?? yAxis.format)(tick)}
          </text>
        </g>
      ))}
      {x.ticks(Math.max(3, Math.round(width / 130))).map((tick) => (
        <g key={tick}>
          <line x1={x(tick)} x2={x(tick)} y1={PAD.top} y2={floor} />
          <text x={x(tick)} y={floor + 16} textAnchor="middle">
            {(xAxis.tick ?? xAxis.format)(tick)}
          </text>
        </g>
      ))}
      <Splits plot={plot} xAxis={xAxis} yAxis={yAxis} />
      <text className={css.title} x={width - PAD.right} y={height - 8} textAnchor="end">
        {xAxis.title} →
      </text>
      <text
        className={css.title}
        transform={`translate(13 ${PAD.top}) rotate(-90)`}
        textAnchor="end"
      >
        {yAxis.title} →
      </text>
    </g>
  );
}

/** Where the halves part, and what the line is. */
function Splits({ plot: { x, y, width, height }, xAxis, yAxis }: Props) {
  const floor = height - PAD.bottom;
  const right = width - PAD.right;
  const words = ({ splitLabel, split, format }: ScatterAxis) =>
    splitLabel && split !== undefined ? `${splitLabel} ${format(split)}` : "";
  return (
    <>
      {xAxis.split !== undefined && (
        <g className={css.split} transform={`translate(${x(xAxis.split)} ${floor})`}>
          <line y1={PAD.top - floor} />
          <text transform="translate(-5 -6) rotate(-90)">{words(xAxis)}</text>
        </g>
      )}
      {yAxis.split !== undefined && (
        <g className={css.split} transform={`translate(${right} ${y(yAxis.split)})`}>
          <line x1={PAD.left - right} />
          <text x="-6" y="-5" textAnchor="end">
            {words(yAxis)}
          </text>
        </g>
      )}
    </>
  );
}
