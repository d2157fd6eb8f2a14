import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useId } from "react";
import { Button } from "react-aria-components";
import { count, interval, NOT_SHOWN, NOT_SHOWN_WHY, percent } from "./format";
import { Hatch } from "./Hatch";
import css from "./ShareBars.module.css";
import type { ShareRow } from "./types";

interface Props {
  rows: readonly ShareRow[];
  /** Where the scale ends; without it, at the longest interval. */
  max?: number;
  /** What is counted, for screen readers: "people". */
  unit?: string;
}

/** Shares as bars: whisker is the 95 % interval, tick the whole report's share. */
export function ShareBars({ rows, max: end, unit = "people" }: Props) {
  const most = end ?? max(rows, (row) => Math.max(row.high ?? row.value ?? 0, row.base ?? 0)) ?? 0;
  const scale = scaleLinear()
    .domain([0, most || 1])
    .range([0, 100])
    .clamp(true);
  return (
    <ul className={css.bars}>
      {rows.map((row) => (
        <Row key={row.key} row={row} unit={unit} at={(share) => `${scale(share).toFixed(2)}%`} />
      ))}
    </ul>
  );
}

interface RowProps {
  row: ShareRow;
  unit: string;
  at: (share: number) => string;
}

function Row({ row, unit, at }: RowProps) {
  const label = (
    <span dir="auto" className={css.text}>
      {row.label}
    </span>
  );
  return (
    <li className={css.row} title={tooltip(row)} data-notable={row.notable || undefined}>
      <span className={css.label} data-depth={row.depth || undefined}>
        {row.parts && <Fold label={row.label} {...row.parts} />}
        {row.href ? <a href={row.href}>{label}</a> : label}
      </span>
      {row.value === null ? <NotShown /> : <Bar row={row} unit={unit} value={row.value} at={at} />}
      {(row.words || row.notable) && (
        <span className={css.words}>
          {row.wordsHref ? <a href={row.wordsHref}>{row.words}</a> : row.words}
          {row.notable && <span className={css.mark}>stands out</span>}
        </span>
      )}
    </li>
  );
}

function Fold(props: { label: string; open: boolean; toggle: () => void }) {
  return (
    <Button
      className={css.fold!}
      aria-expanded={props.open}
      aria-label={`Parts of ${props.label}`}
      onPress={props.toggle}
    >
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        <path d="M3 1.5 7 5 3 8.5" />
      </svg>
    </Button>
  );
}

function Bar({ row, unit, value, at }: RowProps & { value: number }) {
  return (
    <>
      <svg className={css.bar} width="100%" height="14" aria-hidden="true">
        <rect className={css.fill} x="0" y="2" height="10" width={at(value)} rx="1" />
        {row.low !== null && row.high !== null && (
          <line className={css.whisker} x1={at(row.low)} x2={at(row.high)} y1="7" y2="7" />
        )}
        {row.base != null && (
          <line className={css.base} x1={at(row.base)} x2={at(row.base)} y1="0" y2="14" />
        )}
      </svg>
      <span className={css.share}>{percent(value)}</span>
      <span className={css.units}>
        {row.units != null && (
          <>
            {count(row.units)}
            <span className="visually-hidden">
              {" "}
              {unit}, {interval(row.low, row.high)}
            </span>
          </>
        )}
      </span>
    </>
  );
}

function NotShown() {
  const id = useId();
  return (
    <span className={css.few} title={NOT_SHOWN_WHY}>
      <svg width="44" height="10" aria-hidden="true">
        <Hatch id={id} />
        <rect width="44" height="10" rx="1" fill={`url(#${id})`} />
      </svg>
      {NOT_SHOWN}
    </span>
  );
}

function tooltip(row: ShareRow): string {
  if (row.value === null) return `${row.label}: ${NOT_SHOWN} (${NOT_SHOWN_WHY})`;
  const whole = row.base == null ? "" : `; whole report ${percent(row.base)}`;
  return `${row.label}: ${percent(row.value)}, ${interval(row.low, row.high)}${whole}`;
}
