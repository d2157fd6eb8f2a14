import { interval, measureWords, NOT_SHOWN, percent, ratioInWords, units } from "../charts/format";
import type { Colours } from "../overlay/colours";
import type { Readings } from "../overlay/readings";
import type { Loaded } from "../state/store";
import type { Size } from "./camera";
import styles from "./MapTooltip.module.css";

interface Props {
  loaded: Loaded;
  colours: Colours;
  cluster: number;
  x: number;
  y: number;
  size: Size;
}

const WIDTH = 268;

/** What lies under the mouse. The panel and the tree say the same to those without one. */
export function MapTooltip({ loaded, colours, cluster, x, y, size }: Props) {
  const row = loaded.tree.row(cluster);
  const left = x + WIDTH + 28 > size.width ? Math.max(8, x - WIDTH - 16) : x + 16;
  const below = y < size.height - 150;
  const place = below ? { top: y + 16 } : { bottom: size.height - y + 12 };
  return (
    <div className={styles.tooltip} style={{ left, width: WIDTH, ...place }} aria-hidden="true">
      <strong dir="auto">{row.name}</strong>
      <p>
        {percent(row.share)} of conversations
        <span> {interval(row.low, row.high)}</span>, {units(row.units, loaded.report.unit)}
      </p>
      <Reading loaded={loaded} colours={colours} cluster={cluster} />
    </div>
  );
}

function Reading({ loaded, colours, cluster }: Pick<Props, "loaded" | "colours" | "cluster">) {
  if (colours.legend.kind !== "scale") return null;
  const { readings } = colours.legend;
  const source = colours.source(cluster);
  const own = source === cluster;
  const above = source >= 0 && !own ? loaded.tree.row(source).name : null;
  return (
    <p className={styles.reading}>
      <b dir="auto">{readings.title}</b>: {own ? told(readings, cluster) : NOT_SHOWN}
      {above !== null && (
        <span>
          {" "}
          Its dots show the topic above, <bdi>{above}</bdi>: {told(readings, source)}.
        </span>
      )}
    </p>
  );
}

function told({ scale, value, low, high }: Readings, i: number): string {
  const [v, l, h] = [value[i]!, numberOrNull(low[i]!), numberOrNull(high[i]!)];
  if (scale === "share") return `${percent(v)} (${interval(l, h)})`;
  if (scale === "ratio") return ratioInWords(v, l, h, "in the rest of the report");
  return measureWords(scale, v);
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
