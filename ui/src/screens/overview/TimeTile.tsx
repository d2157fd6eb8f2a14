import { ChartFrame } from "../../charts/ChartFrame";
import { capital } from "../../charts/format";
import { SeriesChart } from "../../charts/SeriesChart";
import { seriesColumns, seriesPoints } from "../../charts/seriesColumns";
import type { Loaded } from "../../state/store";

/** People by month or week over the whole report. */
export function TimeTile({ loaded }: { loaded: Loaded }) {
  const { report, series } = loaded;
  const [, many] = report.unit;
  const whole = series.series.find((own) => own.cluster === null && !own.facet);
  if (!whole) return null;
  // such as a month that is counted with another
  const said = report.warnings.filter((told) => report.windows.some((own) => told.includes(own)));
  const line = { ...whole, label: "Whole report" };
  return (
    <ChartFrame
      title={`${capital(many)} by ${report.window_noun}`}
      note={[`The first and the last ${report.window_noun} may be incomplete.`, ...said].join(" ")}
      rows={seriesPoints(series.windows, series.partial, line)}
      columns={seriesColumns(capital(many))}
      file="by-time"
    >
      <SeriesChart windows={series.windows} partial={series.partial} own={line} kind="count" />
    </ChartFrame>
  );
}
