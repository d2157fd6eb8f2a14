import { scaleLog } from "d3-scale";
import { useId } from "react";
import { NOT_SHOWN, NOT_SHOWN_WHY, ratio, ratioInWords, ratioRange } from "./format";
import { Hatch } from "./Hatch";
import css from "./RatioPlot.module.css";
import type { RatioRow } from "./types";

/** Beyond eight times, an arrow at the edge: the axis would have no room for the rest. */
const FURTHEST = 8;
const FRACTIONS: Record<number, string> = { 2: "½", 4: "¼", 8: "⅛" };

interface Props {
  rows: readonly RatioRow[];
  /** What a ratio is against, for the words: "elsewhere". */
  than?: string;
  /** Where the axis ends, for plots side by side: see `reach`. */
  end?: number;
  /** What 1 is called. */
  even?: string;
}

/** Ratios on a log axis centred on "as usual": a dot and its 95 % interval. */
export function RatioPlot({ rows, than = "elsewhere", end = reach(rows), even }: Props) {
  const scale = scaleLog()
    .base(2)
    .domain([1 / end, end])
    .range([3, 97])
    .clamp(true);
  const ticks = powers(end);
  const at = (value: number) => `${scale(value).toFixed(2)}%`;
  return (
    <div className={css.plot}>
      <div className={css.axis}>
        <svg width="100%" height="18" className={css.ticks} aria-hidden="true">
          {[1 / end, 1, end].map((tick) => (
            <text key={tick} x={at(tick)} y="12" textAnchor="middle">
              {tick === 1 && even ? even : tickName(tick)}
            </text>
          ))}
        </svg>
      </div>
      <ul className={css.rows}>
        {rows.map((row) => (
          <Row key={row.key} row={row} at={at} ticks={ticks} end={end} than={than} />
        ))}
      </ul>
    </div>
  );
}

interface RowProps {
  row: RatioRow;
  at: (value: number) => string;
  ticks: readonly number[];
  end: number;
  than: string;
}

function Row({ row, at, ticks, end, than }: RowProps) {
  const id = useId();
  const value = row.ratio;
  const side = value === null || value === 1 ? "even" : value > 1 ? "over" : "under";
  const words = value === null ? NOT_SHOWN : ratioInWords(value, row.low, row.high, than);
  return (
    <li
      className={css.row}
      title={`${row.label}: ${words}`}
      data-notable={row.notable || undefined}
    >
      <span className={css.label}>
        <span dir="auto">{row.href ? <a href={row.href}>{row.label}</a> : row.label}</span>
        {row.words && <span className={css.words}>{row.words}</span>}
      </span>
      <svg width="100%" className={css.line} data-side={side} aria-hidden="true">
        {ticks.map((tick) => (
          <line
            key={tick}
            className={tick === 1 ? css.usual : css.grid}
            x1={at(tick)}
            x2={at(tick)}
            y1="0"
            y2="100%"
          />
        ))}
        {value === null ? (
          <>
            <Hatch id={id} />
            <rect x="25%" y="30%" width="50%" height="40%" fill={`url(#${id})`} />
          </>
        ) : (
          <Dot at={at} value={value} low={row.low} high={row.high} end={end} solid={row.notable} />
        )}
      </svg>
      <span className={css.value}>
        {value === null ? (
          <span className={css.quiet} title={NOT_SHOWN_WHY}>
            {NOT_SHOWN}
          </span>
        ) : (
          <>
            {ratio(value)}× <span className={css.quiet}>{ratioRange(row.low, row.high)}</span>
          </>
        )}
        {row.notable && <span className="visually-hidden">, stands out</span>}
      </span>
    </li>
  );
}

interface DotProps {
  at: (value: number) => string;
  value: number;
  low: number | null;
  high: number | null;
  end: number;
  solid: boolean;
}

/** Filled where it stands out, hollow where it does not: readable without colour. */
function Dot({ at, value, low, high, end, solid }: DotProps) {
  const beyond = value > end || value < 1 / end;
  return (
    <>
      {low !== null && high !== null && (
        <line className={css.interval} x1={at(low)} x2={at(high)} y1="50%" y2="50%" />
      )}
      {beyond ? (
        <svg x={at(value)} y="50%" overflow="visible" aria-hidden="true">
          <path className={css.dot} d={value > 1 ? "M-4-5L5 0L-4 5Z" : "M4-5L-5 0L4 5Z"} />
        </svg>
      ) : (
        <circle
          className={solid ? css.dot : css.hollow}
          cx={at(value)}
          cy="50%"
          r={solid ? 4.5 : 3.75}
        />
      )}
    </>
  );
}

/** A power of two that holds every interval, up to the furthest. */
export function reach(rows: readonly RatioRow[]): number {
  let most = 2;
  for (const { ratio: value, low, high } of rows)
    for (const end of [value, low, high])
      if (end !== null && end > 0) most = Math.max(most, end, 1 / end);
  return Math.min(FURTHEST, 2 ** Math.ceil(Math.log2(most) - 1e-9));
}

function powers(end: number): number[] {
  const steps = Math.round(Math.log2(end));
  return Array.from({ length: 2 * steps + 1 }, (_, i) => 2 ** (i - steps));
}

function tickName(tick: number): string {
  if (tick === 1) return "as usual";
  return tick > 1 ? `${tick}×` : `${FRACTIONS[1 / tick]}×`;
}
