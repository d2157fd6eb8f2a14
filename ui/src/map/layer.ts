// What draws dots. Two kinds behind one interface: WebGL2, and the CPU into an ImageData.
// Dots carry a position and the index of their base cluster, nothing else; a colour belongs to a
// cluster, so another overlay uploads a palette and never the dots.
import type { Camera } from "../state/view";

/** Consecutive dots of one cluster and the box that they lie in. */
export interface Runs {
  /** First dot of each run; one more entry than runs, the last is the number of dots. */
  start: Uint32Array;
  /** minX, minY, maxX, maxY of each run. */
  box: Float32Array;
}

export interface Dots {
  /** Interleaved x, y in report units (-1..1, y up); length 2 n. */
  xy: Float32Array;
  /** Index of the cluster row of each dot; length n. */
  leaf: Uint16Array | Uint32Array;
  runs: Runs;
  /** Conversations that one dot stands for. */
  each: number;
}

/** RGBA bytes by cluster row; alpha 0 hides a cluster's dots. */
export type Palette = Uint8Array;

/** How dots look at one zoom: diameter in CSS pixels, opacity of one dot. */
export interface Look {
  size: number;
  opacity: number;
}

export interface PointLayer {
  readonly kind: "webgl" | "cpu";
  readonly canvas: HTMLCanvasElement;
  setDots(dots: Dots): void;
  setPalette(palette: Palette): void;
  /** Sizes in CSS pixels. */
  resize(width: number, height: number, ratio: number): void;
  draw(camera: Camera, look: Look): void;
  destroy(): void;
}
