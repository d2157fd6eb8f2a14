import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { frame, project, type Size, unproject } from "./camera";
import { type MapData, shoresOf } from "./data";
import { type GroundLook, paintGround } from "./ground";
import styles from "./MiniMap.module.css";
import type { MapScene, Shown } from "./scene";

const SIZE: Size = { width: 132, height: 100 };
const MARGIN = { top: 6, right: 6, bottom: 6, left: 6 };

interface Props {
  scene: MapScene;
  data: MapData;
  look: GroundLook;
}

/** Where one is, once one has come closer. For the mouse: the tree and the keys do the same. */
export function MiniMap({ scene, data, look }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const inSight = useRef<SVGRectElement>(null);
  const [near, setNear] = useState(false);
  const [seen, setSeen] = useState(false);
  const whole = useMemo(() => frame(shoresOf(data), SIZE, MARGIN), [data]);

  // Other colours of dots mostly leave the ground as it is, and painting it is slow.
  const painted = JSON.stringify(look);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a look is what it says
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!seen || !context || !canvas.current) return;
    const ratio = Math.max(2, devicePixelRatio || 1);
    canvas.current.width = SIZE.width * ratio;
    canvas.current.height = SIZE.height * ratio;
    // heavier than the large map: there are no dots here
    for (let i = 0; i < 3; i++)
      paintGround(context, whole, SIZE, ratio, data.islands, look, i === 0);
  }, [seen, data, painted, whole]);

  useEffect(
    () =>
      scene.watch(({ camera, size }: Shown) => {
        const close = camera.zoom > 1.35 * scene.fitted().zoom;
        setNear(close);
        if (close) setSeen(true);
        const [left, top] = project(whole, SIZE, ...unproject(camera, size, 0, 0));
        const [right, bottom] = project(
          whole,
          SIZE,
          ...unproject(camera, size, size.width, size.height),
        );
        const rect = inSight.current;
        rect?.setAttribute("x", left.toFixed(1));
        rect?.setAttribute("y", top.toFixed(1));
        rect?.setAttribute("width", Math.max(3, right - left).toFixed(1));
        rect?.setAttribute("height", Math.max(3, bottom - top).toFixed(1));
      }),
    [scene, whole],
  );

  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = unproject(whole, SIZE, event.clientX - box.left, event.clientY - box.top);
    scene.jump({ x, y, zoom: scene.shown().camera.zoom });
  };

  return (
    <div
      className={styles.minimap}
      data-floats=""
      data-near={near || undefined}
      style={SIZE}
      aria-hidden="true"
      onPointerDown={move}
      onPointerMove={move}
    >
      <canvas ref={canvas} />
      <svg>
        <title>Part in sight</title>
        <rect ref={inSight} rx="2" />
      </svg>
    </div>
  );
}
