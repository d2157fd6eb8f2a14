import { max } from "d3-array";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { useId } from "react";
import {
  count,
  NOT_SHOWN,
  percent,
  percentTick,
  shortCount,
  windowName,
  windowTick,
  windowYear,
} from "./format";
import { Hatch } from "./Hatch";
import css from "./SeriesChart.module.css";
import type { SeriesLine } from "./types";
import { useWidth } from "./width";

export type SeriesKind = "share" | "count";

interface Props {
  windows: readonly string[];
  /** The first and the last may be incomplete: drawn dashed. */
  partial: readonly boolean[];
  own: SeriesLine;
  /** What it is compared with: a thin line. */
  base?: SeriesLine | undefined;
  kind?: SeriesKind;
  /** A span of time that is looked at: marked behind the line. */
  span?: readonly [string, string] | null | undefined;
  /** Under the last of several stacked charts only. */
  height?: number;
}

/** Room for half a mark on both sides of the first and the last window. */
const EDGE = 14;
const PAD = { top: 10, right: 10, bottom: 22, left: 42 };

/** People by window: a line in the band of its 95 % interval. */
export function SeriesChart(props: Props) {
  const { windows, partial, own, base, kind = "share", span, height = 132 } = props;
  const [ref, width] = useWidth<HTMLDivElement>(320);
  const id = useId();
  const values = own[kind === "share" ? "share" : "units"];
  const x = scaleLinear()
    .domain([0, Math.max(1, windows.length - 1)])
    .range(
      windows.length > 1 ? [PAD.left + EDGE, width - PAD.right - EDGE] : [width / 2, width / 2],
    );
  const y = scaleLinear()
    .domain([0, top(own, base, kind)])
    .range([height - PAD.bottom, PAD.top])
    .nice(3);
  const step = windows.length > 1 ? x(1) - x(0) : 40;
  return (
    <div ref={ref} className={css.chart}>
      <svg width={width} height={height} role="img" aria-label={spoken(own, kind)}>
        <Hatch id={id} />
        <Span windows={windows} span={span} x={x} step={step} height={height} />
        <Axis y={y} kind={kind} width={width} />
        {values.map((value, n) =>
          value === null ? (
            <rect
              key={windows[n]}
              x={x(n) - Math.min(step * 0.4, EDGE)}
              width={2 * Math.min(step * 0.4, EDGE)}
              y={y.range()[0]! - 12}
              height={12}
              fill={`url(#${id})`}
            />
          ) : null,
        )}
        {kind === "share" && <Band own={own} x={x} y={y} />}
        {base && <Base base={base} kind={kind} x={x} y={y} />}
        <Line values={values} partial={partial} x={x} y={y} />
        <Ticks windows={windows} x={x} height={height} step={step} />
        {windows.map((window, n) => (
          <rect
            key={window}
            className={css.target}
            x={x(n) - step / 2}
            width={step}
            y={0}
            height={height}
          >
            <title>{sentence(window, n, own, partial[n] ?? false)}</title>
          </rect>
        ))}
      </svg>
    </div>
  );
}

type Scale = ScaleLinear<number, number>;

function Span(props: {
  windows: readonly string[];
  span: readonly [string, string] | null | undefined;
  x: Scale;
  step: number;
  height: number;
}) {
  const { windows, span, x, step, height } = props;
  const from = span ? windows.indexOf(span[0]) : -1;
  const to = span ? windows.indexOf(span[1]) : -1;
  if (from < 0 || to < from) return null;
  const left = Math.max(PAD.left, x(from) - step / 2);
  return (
    <rect
      className={css.span}
      x={left}
      width={Math.min(x(to) + step / 2, x.range()[1]! + EDGE) - left}
      y={PAD.top - 4}
      height={height - PAD.bottom - PAD.top + 4}
    />
  );
}

function Axis({ y, kind, width }: { y: Scale; kind: SeriesKind; width: number }) {
  return (
    <g className={css.axis}>
      {y.ticks(3).map((tick) => (
        <g key={tick}>
          <line x1={PAD.left} x2={width - PAD.right} y1={y(tick)} y2={y(tick)} />
          <text x={PAD.left - 6} y={y(tick) + 4} textAnchor="end">
            {kind === "share" ? percentTick(tick) : shortCount(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}

function Band({ own, x, y }: { own: SeriesLine; x: Scale; y: Scale }) {
  const band = area<number>()
    .defined((n) => own.low[n] != null && own.high[n] != null)
    .x((n) => x(n))
    .y0((n) => y(own.low[n] ?? 0))
    .y1((n) => y(own.high[n] ?? 0));
  const all = own.share.map((_, n) => n);
  return (
    <>
      <path className={css.band} d={band(all) ?? ""} />
      {/* A window between two gaps has no area: its interval is a line. */}
      {all
        .filter((n) => lonely(own.share, n))
        .map((n) => (
          <line
            key={n}
            className={css.whisker}
            x1={x(n)}
            x2={x(n)}
            y1={y(own.low[n] ?? 0)}
            y2={y(own.high[n] ?? 0)}
          />
        ))}
    </>
  );
}

function Base(props: { base: SeriesLine; kind: SeriesKind; x: Scale; y: Scale }) {
  const { base, kind, x, y } = props;
  if (kind === "count") return null;
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, n) => x(n))
    .y((value) => y(value ?? 0));
  return <path className={css.base} d={path(base.share) ?? ""} />;
}

function Line(props: {
  values: readonly (number | null)[];
  partial: readonly boolean[];
  x: Scale;
  y: Scale;
}) {
  const { values, partial, x, y } = props;
  return (
    <g className={css.line}>
      {values.map((value, n) => {
        const before = values[n - 1];
        if (value === null || before == null) return null;
        const dashed = partial[n] || partial[n - 1];
        return (
          <line
            // biome-ignore lint/suspicious/noArrayIndexKey: windows stay in their order
            key={n}
            x1={x(n - 1)}
            x2={x(n)}
            y1={y(before)}
            y2={y(value)}
            strokeDasharray={dashed ? "4 3" : undefined}
          />
        );
      })}
      {values.map((value, n) =>
        value === null ? null : (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: windows stay in their order
            key={n}
            className={partial[n] ? css.open : css.point}
            cx={x(n)}
            cy={y(value)}
            r={values.length > 24 ? 1.75 : 3}
          />
        ),
      )}
    </g>
  );
}

function Ticks(props: { windows: readonly string[]; x: Scale; height: number; step: number }) {
  const { windows, x, height, step } = props;
  const every = Math.max(1, Math.ceil(30 / step));
  let year = "";
  return (
    <g className={css.axis}>
      {windows.map((window, n) => {
        if (n % every !== 0) return null;
        const own = windowYear(window);
        const turned = own !== year;
        year = own;
        return (
          <text key={window} x={x(n)} y={height - 6} textAnchor="middle">
            {windowTick(window)}
            {turned && own && step * every > 52 ? ` ${own}` : ""}
          </text>
        );
      })}
    </g>
  );
}

function top(own: SeriesLine, base: SeriesLine | undefined, kind: SeriesKind): number {
  if (kind === "count") return max(own.units, (value) => value ?? 0) || 1;
  const highest = max(own.high, (value, n) => value ?? own.share[n] ?? 0) ?? 0;
  return Math.max(highest, max(base?.share ?? [], (value) => value ?? 0) ?? 0) || 1;
}

function lonely(values: readonly (number | null)[], n: number): boolean {
  return values[n] != null && values[n - 1] == null && values[n + 1] == null;
}

function sentence(window: string, n: number, own: SeriesLine, partial: boolean): string {
  const units = own.units[n];
  const share = own.share[n];
  const told =
    units == null ? NOT_SHOWN : `${count(units)}${share == null ? "" : `, ${percent(share)}`}`;
  return `${windowName(window)}: ${told}${partial ? " (may be incomplete)" : ""}`;
}

function spoken(own: SeriesLine, kind: SeriesKind): string {
  const told = own.units.filter((value) => value !== null).length;
  return `${own.label}, ${kind} by window: ${told} of ${own.units.length} windows are told. The numbers stand in the table.`;
}
