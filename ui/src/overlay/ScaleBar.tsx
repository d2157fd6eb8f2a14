import { useId } from "react";
import { count, NOT_SHOWN, NOT_SHOWN_WHY, percent } from "../charts/format";
import { Hatch } from "../charts/Hatch";
import { toCss } from "./colour";
import type { Colours } from "./colours";
import styles from "./Legend.module.css";

type ScaleLegend = Extract<Colours["legend"], { kind: "scale" }>;

const STOPS = 24;

/** A scale with its ticks, the whole report's value, and what is paler or hatched. */
export function ScaleBar({ legend, whole }: { legend: ScaleLegend; whole: boolean }) {
  const hatch = useId();
  const { readings, scale } = legend;
  const stops = Array.from({ length: STOPS + 1 }, (_, i) => toCss(scale.at(i / STOPS)));
  const base = readings.scale === "share" ? readings.base : null;
  return (
    <div className={styles.scale}>
      {whole && <p className={styles.note}>{readings.note}</p>}
      <div className={styles.bar} style={{ background: `linear-gradient(to right, ${stops})` }}>
        {base !== null && (
          <i className={styles.base} style={{ left: `${100 * scale.place(base)}%` }} />
        )}
      </div>
      <div className={styles.ticks} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <span key={tick.label} style={{ left: `${100 * tick.at}%` }} data-at={edge(tick.at)}>
            {tick.label}
          </span>
        ))}
      </div>
      {whole && base !== null && (
        <p className={styles.note}>
          <i className={styles.baseSign} /> whole report: {percent(base)}
        </p>
      )}
      {whole && legend.above > 0 && (
        <p className={styles.note} title={NOT_SHOWN_WHY}>
          <i className={styles.pale} style={{ background: stops.at(-4) }} /> paler: {NOT_SHOWN}, so
          in the colour of the area above ({count(legend.above)} topics)
        </p>
      )}
      {whole && legend.none > 0 && (
        <p className={styles.note} title={NOT_SHOWN_WHY}>
          <svg className={styles.hatch} aria-hidden="true">
            <title>{NOT_SHOWN}</title>
            <Hatch id={hatch} />
            <rect width="100%" height="100%" fill={`url(#${hatch})`} />
          </svg>{" "}
          {NOT_SHOWN} ({count(legend.none)} topics)
        </p>
      )}
    </div>
  );
}

function edge(at: number): string | undefined {
  if (at < 0.06) return "start";
  return at > 0.94 ? "end" : undefined;
}
