import { useState } from "react";
import type { Series } from "../api/types";
import { ChartFrame } from "../charts/ChartFrame";
import { capital } from "../charts/format";
import { SeriesChart, type SeriesKind } from "../charts/SeriesChart";
import { seriesColumns, seriesPoints } from "../charts/seriesColumns";
import { type Loaded, useStore } from "../state/store";
import { Choice } from "./Choice";
import { levelLine, lineOf, seriesOf } from "./facts";
import css from "./OverTime.module.css";

interface Props {
  loaded: Loaded;
  /** null: the whole report. */
  cluster: number | null;
}

/** People by window: of the cluster, or of a facet value in it, against the whole report. */
export function OverTime({ loaded, cluster }: Props) {
  const { report, series: doc, tree } = loaded;
  const [chosen, setChosen] = useState("");
  const [kind, setKind] = useState<SeriesKind>(cluster === null ? "count" : "share");
  const time = useStore(({ view }) => view.time);
  if (doc.windows.length < 2) return null;
  const people = report.unit[1];
  const told = seriesOf(doc, cluster);
  if (told.length === 0)
    return (
      <p className={css.quiet}>
        Its {people} by {report.window_noun} are not shown: there is no line over time.
      </p>
    );

  const series = told.find((other) => keyOf(other) === chosen) ?? told[0]!;
  const name = cluster === null ? report.title : tree.row(cluster).name;
  const own = lineOf(series, nameOf(series, loaded));
  const base = baseOf(series, loaded, cluster);
  return (
    <ChartFrame
      title="Over time"
      note={noteOf(series, loaded, cluster, kind)}
      rows={seriesPoints(doc.windows, doc.partial, own, base)}
      columns={seriesColumns(people, base?.label)}
      file={`${own.label} over time in ${name}`}
      controls={
        (cluster !== null || series.facet !== "") && (
          <Choice
            label="Shown as"
            value={kind}
            options={[
              { key: "share", title: "share" },
              { key: "count", title: people },
            ]}
            onChange={(key) => setKind(key as SeriesKind)}
          />
        )
      }
    >
      {told.length > 1 && (
        <div className={css.controls} data-not-drawn>
          <Choice
            label="Who"
            value={keyOf(series)}
            options={told.map((other) => ({ key: keyOf(other), title: nameOf(other, loaded) }))}
            onChange={setChosen}
          />
        </div>
      )}
      <SeriesChart
        windows={doc.windows}
        partial={doc.partial}
        own={own}
        base={base}
        kind={cluster === null && series.facet === "" ? "count" : kind}
        span={time}
      />
    </ChartFrame>
  );
}

function baseOf(series: Series, { report, series: doc, tree }: Loaded, cluster: number | null) {
  if (cluster === null) return undefined;
  if (!series.facet)
    return levelLine(doc, tree.row(cluster).units / Math.max(1, report.units), "All of the time");
  const whole = doc.series.find(
    (other) =>
      other.cluster === null && other.facet === series.facet && other.value === series.value,
  );
  return whole && lineOf(whole, "Whole report");
}

function noteOf(series: Series, { report }: Loaded, cluster: number | null, kind: SeriesKind) {
  const partial = `Hollow points: ${report.window_noun}s that may be incomplete.`;
  const people = report.unit[1];
  if (kind === "count" || (cluster === null && !series.facet))
    return `${capital(people)} in each ${report.window_noun}. ${partial}`;
  const whole = series.facet
    ? `Share of the topic's ${people} in each ${report.window_noun}; thin line: the whole report.`
    : `Share of all ${people} of each ${report.window_noun}; thin line: all of the time.`;
  return `${whole} ${partial}`;
}

function nameOf({ facet, value }: Series, { report }: Loaded): string {
  if (!facet) return `all ${report.unit[1]}`;
  const title = report.facets.find(({ name }) => name === facet)?.title ?? facet;
  return `${title}: ${value}`;
}

function keyOf({ facet, value }: Series): string {
  return facet && `${facet}:${value}`;
}
