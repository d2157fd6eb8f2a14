import { count, NOT_SHOWN, spanName } from "../charts/format";
import { unitsInSpan } from "../model/span";
import { useStore } from "../state/store";
import css from "./Size.module.css";
import type { ClusterProps } from "./types";

/** People in the span of time that the slider holds. */
export function SpanSize({ loaded, cluster }: ClusterProps) {
  const time = useStore(({ view }) => view.time);
  if (!time) return null;
  const told = unitsInSpan(loaded.series, time)(cluster);
  const people = loaded.report.unit[1];
  return (
    <p className={css.span}>
      {spanName(...time)}:{" "}
      {told === null ? NOT_SHOWN : `${told.whole ? "" : "at least "}${count(told.units)} ${people}`}
      {told !== null && !told.whole && (
        <span className={css.quiet}> (some {loaded.report.window_noun}s are not shown)</span>
      )}
    </p>
  );
}
