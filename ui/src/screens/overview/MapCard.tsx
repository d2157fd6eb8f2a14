import { useEffect, useMemo, useRef, useState } from "react";
import { count } from "../../charts/format";
import { unproject } from "../../map/camera";
import { groundLook } from "../../map/groundLook";
import { makeLabels } from "../../map/labelling";
import { labelsIn, orderOf, PLACING, placeLabels } from "../../map/labels";
import { MapScene, type Shown } from "../../map/scene";
import { useMapData } from "../../map/useScene";
import { makeColours } from "../../overlay/colours";
import type { Loaded } from "../../state/store";
import { useTheme } from "../../state/theme";
import { hrefTo } from "../hrefs";
import css from "./MapCard.module.css";
import { PreviewLabels } from "./PreviewLabels";

/** Enough for the shape of a large report at this size. */
const DOTS = 12_000;
const LABELS = 9;

/** A small picture of the map that leads to it. */
export function MapCard({ loaded }: { loaded: Loaded }) {
  const { tree } = loaded;
  const stage = useRef<HTMLSpanElement>(null);
  const theme = useTheme((state) => state.theme);
  const [shown, setShown] = useState<Shown | null>(null);
  const data = useMapData(loaded, DOTS);

  useEffect(() => {
    const host = stage.current;
    if (!host) return;
    const colours = makeColours(loaded, { kind: "topic" }, theme);
    const scene = new MapScene(host, () => {}, "?renderer=cpu");
    scene.setData(data);
    scene.setLook(groundLook(colours, tree, theme));
    scene.setPalette(colours.palette);
    const stop = scene.watch(setShown);
    const watch = new ResizeObserver(() => scene.resize(host.clientWidth, host.clientHeight));
    watch.observe(host);
    return () => {
      watch.disconnect();
      stop();
      scene.destroy();
    };
  }, [loaded, tree, data, theme]);

  const labels = useMemo(() => (shown ? labelsOf(loaded, shown) : []), [loaded, shown]);
  const n = tree.leaves.length;
  return (
    <a className={css.card} href={hrefTo(loaded, { screen: "map" })}>
      <span className={css.picture} aria-hidden="true">
        <span ref={stage} className={css.stage} />
        {shown && <PreviewLabels shown={shown} labels={labels} />}
      </span>
      <span className={css.caption}>
        <span className={css.open}>
          {n === 1 ? "Open the map" : `Open the map of all ${count(n)} topics`}
        </span>
        <span className={css.note}>
          Dots are drawn from the sizes of topics; their places are made up.
        </span>
      </span>
    </a>
  );
}

/** The largest names for which there is room; none that the picture's edge would cut. */
function labelsOf({ tree }: Loaded, { camera, size, scale }: Shown) {
  const { labels, boxes } = makeLabels(tree, getComputedStyle(document.body).fontFamily, true);
  const intervals = placeLabels(boxes, { ...PLACING, scales: [scale, scale * 1.01] });
  const [minX, maxY] = unproject(camera, size, 0, 0);
  const [maxX, minY] = unproject(camera, size, size.width, size.height);
  const found = labelsIn(boxes, intervals, { scale, minX, minY, maxX, maxY }, orderOf(boxes), null);
  return found
    .filter((i) => tree.children[i]!.length > 0 || tree.depth[i] === 0)
    .filter((i) => {
      const [{ x, width }, half] = [boxes[i]!, 0.5 / scale];
      return x - half * width >= minX && x + half * width <= maxX;
    })
    .slice(0, LABELS)
    .map((i) => ({ ...labels[i]!, id: tree.row(i).id, x: tree.row(i).x, y: intervals.y[i]! }));
}
