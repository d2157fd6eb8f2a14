import { useEffect, useRef } from "react";
import { useTheme } from "../state/theme";
import css from "./ScatterChart.module.css";
import type { Plot, Spot } from "./scatter";

/** Thousands of points on one canvas: as elements they would take seconds. */
export function ScatterCloud({ plot }: { plot: Plot }) {
  const { width, height, spots } = plot;
  const theme = useTheme((state) => state.theme);
  const canvas = useRef<HTMLCanvasElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has another accent
  useEffect(() => {
    // The width is known only after the first layout: paint once it is.
    const due = requestAnimationFrame(() => {
      if (canvas.current) paint(canvas.current, spots, width, height);
    });
    return () => cancelAnimationFrame(due);
  }, [spots, width, height, theme]);
  return (
    <foreignObject width={width} height={height} className={css.cloud}>
      <canvas ref={canvas} style={{ width, height }} />
    </foreignObject>
  );
}

const FILLED = 0.38; // as .spot circle
const STEP = 4; // sizes told apart per pixel of a radius

function paint(
  canvas: HTMLCanvasElement,
  spots: readonly Spot[],
  width: number,
  height: number,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = Math.max(2, devicePixelRatio || 1);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
  const stamps = new Map<number, HTMLCanvasElement>();
  for (const { x, y, r } of spots) {
    const size = Math.round(STEP * r);
    const own = stamps.get(size) ?? stamp((size / STEP) * ratio, ratio, accent);
    stamps.set(size, own);
    const half = own.width / 2;
    context.drawImage(own, Math.round(x * ratio - half), Math.round(y * ratio - half));
  }
}

/** One point, in device pixels; a copy of it is much faster than another circle. */
function stamp(radius: number, line: number, colour: string): HTMLCanvasElement {
  const made = document.createElement("canvas");
  made.width = made.height = 2 * Math.ceil(radius + line);
  const context = made.getContext("2d");
  if (!context) return made;
  context.arc(made.width / 2, made.width / 2, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.globalAlpha = FILLED;
  context.fill();
  context.globalAlpha = 1;
  context.stroke();
  return made;
}
