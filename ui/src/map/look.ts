// How large and how opaque dots are, so that few dots are seen and many form a ground.
import type { Look } from "./layer";

/** `scale` is pixels per report unit, `area` what the dots cover in square report units. */
export function lookOf(dots: number, area: number, scale: number, fitted: number): Look {
  const zoomed = Math.max(1, scale / fitted);
  // Mean distance between neighbours when the whole map is seen.
  const apart = fitted * Math.sqrt(area / Math.max(1, dots));
  const size = Math.min(9, Math.max(1.35, 0.6 * apart) * zoomed ** 0.42);
  const crowd = Math.min(1, Math.max(0, Math.log2(Math.max(1, size / (apart * zoomed))) / 3));
  return { size, opacity: 0.9 - 0.45 * crowd };
}
