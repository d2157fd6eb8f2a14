import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Colours } from "../overlay/colours";
import { gather, gathers } from "../state/gather";
import { type Loaded, useStore } from "../state/store";
import { project, scaleOf } from "./camera";
import { makeLabels } from "./labelling";
import { type Intervals, type LabelBox, labelsIn, orderOf, PLACING, placeLabels } from "./labels";
import styles from "./MapLabels.module.css";
import { neighbour } from "./neighbour";
import type { MapScene, Shown } from "./scene";

interface Props {
  loaded: Loaded;
  scene: MapScene;
  colours: Colours;
  selected: number | null;
  /** A small window: names take less room. */
  compact: boolean;
  /** Rows that step back: not shown in the span of time, or not found. */
  dim(i: number): boolean;
}

/** The names on the map: buttons that the browser draws, so that every script and reader works. */
export function MapLabels({ loaded, scene, colours, selected, compact, dim }: Props) {
  const { tree } = loaded;
  const go = useStore((state) => state.go);
  const group = useStore((state) => state.view.group);
  const [visible, setVisible] = useState<readonly number[]>([]);
  const [focused, setFocused] = useState<number | null>(null);
  const buttons = useRef(new Map<number, HTMLButtonElement>());
  const { labels, boxes } = useMemo(
    () => makeLabels(tree, getComputedStyle(document.body).fontFamily, compact),
    [tree, compact],
  );
  const order = useMemo(() => orderOf(boxes), [boxes]);
  const placed = useRef<Placed | null>(null);

  const placeOf = useCallback(
    (i: number) => ({ x: boxes[i]!.x, y: placed.current?.intervals.y[i] ?? boxes[i]!.y }),
    [boxes],
  );

  useLayoutEffect(() => {
    const update = (shown: Shown) => {
      placed.current = intervalsFor(shown, scene, boxes, placed.current);
      const next = labelsIn(boxes, placed.current.intervals, windowOf(shown), order, selected);
      setVisible((before) => (same(before, next) ? before : next));
      for (const [i, button] of buttons.current) moveTo(button, shown, placeOf(i));
    };
    return scene.watch(update);
  }, [scene, boxes, order, selected, placeOf]);

  useLayoutEffect(() => {
    const shown = scene.shown();
    for (const i of visible) {
      const button = buttons.current.get(i);
      if (button) moveTo(button, shown, placeOf(i));
    }
  }, [visible, scene, placeOf]);

  const inOrder = useMemo(() => [...visible].sort((a, b) => a - b), [visible]);
  const stop = inOrder.find((i) => i === focused) ?? selected ?? inOrder[0];

  const step = (event: KeyboardEvent, i: number) => {
    const shown = scene.shown();
    const places = visible.map((v) => {
      const { x, y } = placeOf(v);
      return { i: v, at: project(shown.camera, shown.size, x, y) };
    });
    const next = neighbour(places, i, event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (next !== null) buttons.current.get(next)?.focus();
  };

  return (
    <section
      className={compact ? `${styles.labels} ${styles.small}` : styles.labels}
      aria-label="Topics on the map"
    >
      {inOrder.map((i) => {
        const { name, id } = tree.row(i);
        const { rank, text } = labels[i]!;
        return (
          <button
            key={i}
            type="button"
            data-label=""
            className={styles[rank]}
            dir="auto"
            title={text.clipped ? name : undefined}
            aria-label={group.includes(id) ? `${name}, gathered` : name}
            data-gathered={group.includes(id) || undefined}
            aria-pressed={i === selected}
            data-dim={dim(i) || undefined}
            tabIndex={i === stop ? 0 : -1}
            style={
              colours.overlay.kind === "topic" && rank !== "base"
                ? ({ "--tint": colours.css(i) } as React.CSSProperties)
                : undefined
            }
            ref={(button) => {
              if (button) buttons.current.set(i, button);
              else buttons.current.delete(i);
            }}
            onFocus={() => setFocused(i)}
            onKeyDown={(event) => step(event, i)}
            onClick={(event) => {
              if (gathers(event)) gather(id);
              else go({ selected: i === selected ? null : id });
            }}
          >
            {text.lines.join("\n")}
          </button>
        );
      })}
    </section>
  );
}

interface Placed {
  boxes: readonly LabelBox[];
  key: string;
  intervals: Intervals;
}

/** Intervals hold for a range of windows, so that a resize seldom places anew. */
function intervalsFor(
  { size }: Shown,
  scene: MapScene,
  boxes: readonly LabelBox[],
  before: Placed | null,
): Placed {
  const [least, most] = scene.scales().map(Math.log2) as [number, number];
  const scales = [2 ** Math.floor(least), 2 ** Math.ceil(most)] as const;
  const gone = 2 ** (Math.ceil(2 * Math.log2(0.62 * Math.max(size.width, size.height))) / 2);
  const fit = 2 ** (Math.floor(4 * Math.log2(scaleOf(scene.fitted(), size))) / 4);
  const key = `${scales} ${gone} ${fit}`;
  if (before?.key === key && before.boxes === boxes) return before;
  return { boxes, key, intervals: placeLabels(boxes, { ...PLACING, scales, fit, gone }) };
}

function windowOf({ camera, size, scale }: Shown) {
  const [w, h] = [size.width / 2 / scale, size.height / 2 / scale];
  return {
    scale,
    minX: camera.x - w,
    maxX: camera.x + w,
    minY: camera.y - h,
    maxY: camera.y + h,
  };
}

function moveTo(button: HTMLElement, shown: Shown, at: { x: number; y: number }): void {
  const [x, y] = project(shown.camera, shown.size, at.x, at.y);
  button.style.transform = `translate(-50%, -50%) translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}
