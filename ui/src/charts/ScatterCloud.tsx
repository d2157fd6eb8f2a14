import { useEffect, useState } from "react";
import { useTheme } from "../state/theme";
import type { Plot, Spot } from "./scatter";

/** Thousands of points as one picture: as elements they would take seconds. */
export function ScatterCloud({ plot }: { plot: Plot }) {
  const { width, height, spots } = plot;
  const theme = useTheme((state) => state.theme);
  const [picture, setPicture] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has another accent
  useEffect(() => setPicture(painted(spots, width, height)), [spots, width, height, theme]);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a picture takes no focus
  return <image href={picture} width={width} height={height} aria-hidden="true" />;
}

const FILLED = 0.38; // as .spot circle

function painted(spots: readonly Spot[], width: number, height: number): string | undefined {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  const ratio = Math.max(2, devicePixelRatio || 1);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
  context.fillStyle = accent;
  context.strokeStyle = accent;
  for (const { x, y, r } of spots) {
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.globalAlpha = FILLED;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }
  // The picture stays in a downloaded drawing, where an address of a blob would be lost.
  return canvas.toDataURL();
}
