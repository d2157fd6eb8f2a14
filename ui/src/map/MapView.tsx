import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { count } from "../charts/format";
import { topicsOf } from "../model/group";
import { type Colours, useColours } from "../overlay/colours";
import { Legend } from "../overlay/Legend";
import { OverlayPicker } from "../overlay/OverlayPicker";
import { topicsIn } from "../screens/words";
import { useMatches } from "../shell/search";
import { gather, gathers } from "../state/gather";
import { type Loaded, useStore } from "../state/store";
import { useTheme } from "../state/theme";
import { unproject } from "./camera";
import { listen } from "./controls";
import { emphasised, quietIn } from "./emphasis";
import { groundLook } from "./groundLook";
import { clusterAt } from "./hit";
import { MapLabels } from "./MapLabels";
import { MapTools } from "./MapTools";
import { MapTooltip } from "./MapTooltip";
import styles from "./MapView.module.css";
import { MiniMap } from "./MiniMap";
import { useMapData, useScene } from "./useScene";
import { useSmallMap } from "./useSmallMap";

/** A smaller map has no room for the whole legend and large names. */
const SMALL = { width: 640, height: 440 };

interface Hover {
  cluster: number;
  x: number;
  y: number;
}

/** The map: a ground of islands, dots by size, names, and what floats over them. */
export function MapView({ loaded }: { loaded: Loaded }) {
  const { tree, report, series } = loaded;
  const host = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const data = useMapData(loaded);
  const scene = useScene(stage, loaded, data);
  const colours = useColours(loaded);
  const timed = useRef<Colours | null>(null);
  const matches = useMatches(loaded);
  const theme = useTheme((state) => state.theme);
  const go = useStore((state) => state.go);
  const time = useStore((state) => state.view.time);
  const selectedId = useStore((state) => state.view.selected);
  const selected = tree.find(selectedId);
  const ids = useStore((state) => state.view.group);
  const group = useMemo(() => topicsOf(tree, ids), [tree, ids]);
  const small = useSmallMap(host, SMALL.width, SMALL.height);
  const [hover, setHover] = useState<Hover | null>(null);
  const quiet = useMemo(() => time && quietIn(tree, series, time), [tree, series, time]);

  // before the next paint, so that the tree and the map change together
  useLayoutEffect(() => {
    if (!scene) return;
    const since = timed.current === colours ? performance.now() : colours.since;
    timed.current = colours;
    const emphasis = { selected, group, matches, quiet };
    scene.setPalette(emphasised(colours.palette, tree, emphasis), since);
  }, [scene, colours, tree, selected, group, matches, quiet]);

  const look = useMemo(() => groundLook(colours, tree, theme), [colours, tree, theme]);
  useLayoutEffect(() => scene?.setLook(look), [scene, look]);

  useEffect(() => {
    const ringed = new Set(ids.map((id) => tree.find(id)).concat(selected));
    scene?.setRings([...ringed].flatMap((i) => (i === null ? [] : tree.row(i))));
  }, [scene, selected, ids, tree]);

  useEffect(() => {
    if (!scene || !host.current) return;
    const under = (px: number, py: number) => {
      const { camera, size, scale } = scene.shown();
      return clusterAt(tree, ...unproject(camera, size, px, py), scale);
    };
    return listen(host.current, scene, {
      click: (px, py, event) => {
        const i = under(px, py);
        if (i !== null && gathers(event)) gather(tree.row(i).id);
        else go({ selected: i === null ? null : tree.row(i).id });
      },
      hover: (x, y) => {
        const cluster = under(x, y);
        setHover(cluster === null ? null : { cluster, x, y });
      },
      leave: () => setHover(null),
    });
  }, [scene, tree, go]);

  const dim = (i: number) => Boolean(quiet?.has(i) || (matches && !matches.has(i)));
  const pressable = hover !== null || undefined;
  return (
    <div ref={host} className={styles.map} data-over-topic={pressable} data-tour="map">
      <p className="visually-hidden">
        A map of {topicsIn(report.levels)}. One dot is drawn for{" "}
        {data.dots.each === 1
          ? "each conversation counted"
          : `about ${count(data.dots.each)} conversations`}
        ; its place is made up. The tree beside it holds the same topics as a table.
      </p>
      <div ref={stage} className={styles.stage} aria-hidden="true" />
      {scene && (
        <>
          <MapLabels
            loaded={loaded}
            scene={scene}
            colours={colours}
            selected={selected}
            compact={small}
            dim={dim}
          />
          <MiniMap scene={scene} data={data} look={look} />
          <MapTools scene={scene} loaded={loaded} colours={colours} />
        </>
      )}
      <div className={styles.key} data-floats="">
        <OverlayPicker loaded={loaded} />
        <Legend loaded={loaded} each={data.dots.each} folded={small} />
      </div>
      {hover && scene && (
        <MapTooltip loaded={loaded} colours={colours} size={scene.shown().size} {...hover} />
      )}
      {report.conversations === 0 && <p className={styles.nothing}>This report holds no topics.</p>}
    </div>
  );
}
