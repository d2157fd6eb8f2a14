import type { Measure } from "../api/types";
import { measureWords, NOT_SHOWN, NOT_SHOWN_WHY } from "../charts/format";
import css from "./Measures.module.css";
import type { ClusterProps } from "./types";

/** Growth, concern, refusals and whatever else the report measures, with intervals. */
export function Measures({ loaded, cluster }: ClusterProps) {
  const measures = [...loaded.tree.measures.values()].filter(({ values }) =>
    values.some((value) => value !== null),
  );
  if (measures.length === 0) return null;
  return (
    <div>
      <dl className={css.measures}>
        {measures.map((measure) => (
          <div key={measure.key} className={css.measure}>
            <dt>{measure.title}</dt>
            <dd>
              <Value measure={measure} cluster={cluster} />
              <Base measure={measure} />
            </dd>
          </div>
        ))}
      </dl>
      <details className={css.notes}>
        <summary>What these numbers are</summary>
        {measures.map(({ key, title, note }) => (
          <p key={key}>
            <strong>{title}.</strong> {note}
          </p>
        ))}
      </details>
    </div>
  );
}

function Value({ measure, cluster }: { measure: Measure; cluster: number }) {
  const { scale } = measure;
  const [value, low, high] = [measure.values, measure.low, measure.high].map((c) => c[cluster]);
  const stands = measure.notable[cluster] && <span className={css.mark}>stands out</span>;
  if (value != null)
    return (
      <>
        {stands}
        <strong>{measureWords(scale, value)}</strong>
        {low != null && high != null && (
          <span className={css.quiet}>
            {measureWords(scale, low)} to {measureWords(scale, high)}
          </span>
        )}
      </>
    );
  // Some answers are not shown; what the others leave open may still have a floor.
  if (!low)
    return (
      <span className={css.quiet} title={NOT_SHOWN_WHY}>
        {NOT_SHOWN}
      </span>
    );
  return (
    <>
      {stands}
      <strong>at least {measureWords(scale, low)}</strong>
    </>
  );
}

/** The whole report's value, where it has one. */
function Base({ measure }: { measure: Measure }) {
  if (measure.base === null) return null;
  return <span className={css.base}>whole report {measureWords(measure.scale, measure.base)}</span>;
}
