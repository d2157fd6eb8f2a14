// Ties the scene to the page: its size, the mouse, the address and the commands of the keyboard.
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { onCommand } from "../state/commands";
import { type Loaded, useStore } from "../state/store";
import type { Camera } from "../state/view";
import type { Margin } from "./camera";
import type { MapData } from "./data";
import { makeDots } from "./dots";
import { makeLand } from "./land";
import { MapScene } from "./scene";

const REST = 300; // milliseconds without a move before the address is written
const STEP = 90; // pixels of an arrow key

const LEGEND = { width: 276, height: 168 }; // of a facet, with what is around it
const TOOLS = 56;

/** The legend stands beside the map or above it, whichever leaves the map larger. */
export function marginFor(width: number, height: number): Margin {
  // names stand out a little beyond their clusters
  const edge = width < 480 ? 42 : Math.max(26, 0.035 * Math.min(width, height));
  const beside = Math.min(width - LEGEND.width - TOOLS, height - 2 * edge);
  const above = Math.min(width - 2 * edge, height - LEGEND.height - edge);
  return beside >= above
    ? { top: edge, right: TOOLS, bottom: edge, left: LEGEND.width }
    : { top: LEGEND.height, right: edge, bottom: edge, left: edge };
}

/** What the map draws, with at most so many dots; the report says how many at most. */
export function useMapData({ tree }: Loaded, most = Infinity): MapData {
  const limit = useStore((state) => Math.min(most, state.index?.dots ?? 0));
  return useMemo(
    () => ({
      discs: tree.rows,
      leaves: tree.leaves,
      dots: makeDots(tree.rows, tree.leaves, limit),
      islands: makeLand(tree),
    }),
    [tree, limit],
  );
}

/** Makes the scene in `stage` and keeps it in step with the address; null before the first paint. */
export function useScene(
  stage: RefObject<HTMLElement | null>,
  loaded: Loaded,
  data: MapData,
): MapScene | null {
  const [scene, setScene] = useState<MapScene | null>(null);

  const written = useRef<Camera | null | undefined>(undefined);

  useEffect(() => {
    const host = stage.current;
    if (!host) return;
    let waiting = 0;
    const made = new MapScene(host, (camera) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        written.current = made.isFitted ? null : rounded(camera);
        useStore.getState().go({ camera: written.current }, { replace: true });
      }, REST);
    });
    const watch = new ResizeObserver(() => {
      made.setMargin(marginFor(host.clientWidth, host.clientHeight));
      made.resize(host.clientWidth, host.clientHeight);
    });
    watch.observe(host);
    setScene(made);
    return () => {
      clearTimeout(waiting);
      watch.disconnect();
      made.destroy();
      written.current = undefined;
      setScene(null);
    };
  }, [stage]);

  useEffect(() => scene?.setData(data), [scene, data]);
  useFollowing(scene, loaded, written);
  useCommands(scene, loaded);
  return scene;
}

/** As the address has it, so that reading it back is no move. */
function rounded({ x, y, zoom }: Camera): Camera {
  const short = (n: number) => Number(n.toPrecision(4));
  return { x: short(x), y: short(y), zoom: short(zoom) };
}

/** Goes where the address says, and to what is chosen elsewhere. */
function useFollowing(
  scene: MapScene | null,
  { tree }: Loaded,
  written: RefObject<Camera | null | undefined>,
): void {
  const camera = useStore((state) => state.view.camera);
  const selected = useStore((state) => state.view.selected);

  useEffect(() => {
    if (!scene || sameCamera(camera, written.current)) return;
    written.current = camera;
    return scene.whenReady(() => {
      if (camera) scene.flyTo(camera);
      else if (!scene.isFitted) scene.fitAll();
    });
  }, [scene, camera, written]);

  useEffect(() => {
    const i = tree.find(selected);
    if (!scene || i === null) return;
    return scene.whenReady(() => {
      // A place given in the address wins over its selection.
      const placed = scene.isFresh && useStore.getState().view.camera !== null;
      // What was clicked on the map is in sight already.
      if (!placed && !scene.sees(tree.row(i))) scene.flyToDisc(tree.row(i));
    });
  }, [scene, tree, selected]);
}

function sameCamera(a: Camera | null, b: Camera | null | undefined): boolean {
  if (a === null || !b) return a === b;
  return a.x === b.x && a.y === b.y && a.zoom === b.zoom;
}

function useCommands(scene: MapScene | null, { tree }: Loaded): void {
  useEffect(() => {
    if (!scene) return;
    const answers = [
      onCommand("zoom-in", () => scene.zoomBy(1.5)),
      onCommand("zoom-out", () => scene.zoomBy(1 / 1.5)),
      onCommand("fit", () => scene.fitAll()),
      onCommand("pan-left", () => scene.panBy(STEP, 0)),
      onCommand("pan-right", () => scene.panBy(-STEP, 0)),
      onCommand("pan-up", () => scene.panBy(0, STEP)),
      onCommand("pan-down", () => scene.panBy(0, -STEP)),
      onCommand("to-selection", () => {
        const i = tree.find(useStore.getState().view.selected);
        if (i !== null) scene.flyToDisc(tree.row(i));
      }),
    ];
    return () => answers.forEach((stop) => void stop());
  }, [scene, tree]);
}
