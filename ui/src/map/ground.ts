// Paints the ground: paper or night, the islands and their shores, and a ring around the selection.
import type { Camera } from "../state/view";
import { project, type Size, scaleOf } from "./camera";
import type { Island } from "./land";

export interface GroundLook {
  dark: boolean;
  /** Colour of each island, in the order of the islands. */
  tints: readonly string[];
  ring: string;
  /** What lies under everything. */
  paper: string;
}

export interface Disc {
  x: number;
  y: number;
  radius: number;
}

/** Opacity of an island's fill from the shore up, and of its lines. */
const LIGHT = { fill: [0.07, 0.06, 0.06], line: [0.34, 0.16, 0.12] };
const DARK = { fill: [0.06, 0.06, 0.07], line: [0.4, 0.16, 0.12] };

export function paintGround(
  context: CanvasRenderingContext2D,
  camera: Camera,
  size: Size,
  ratio: number,
  islands: readonly Island[],
  look: GroundLook,
  afresh = true,
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  if (afresh) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const s = scaleOf(camera, size);
  const [x, y] = project(camera, size, 0, 0);
  context.setTransform(s * ratio, 0, 0, -s * ratio, x * ratio, y * ratio);
  const { fill, line } = look.dark ? DARK : LIGHT;
  islands.forEach((island, n) => {
    const tint = look.tints[n] ?? look.ring;
    context.fillStyle = tint;
    context.strokeStyle = tint;
    island.steps.forEach((path, step) => {
      context.globalAlpha = fill[step]!;
      context.fill(path, "evenodd");
      context.globalAlpha = line[step]!;
      context.lineWidth = (step === 0 ? 1.2 : 0.8) / s;
      context.stroke(path);
    });
  });
  context.globalAlpha = 1;
}

const OVERSCAN = 1.4; // of the window, each way
const STILL = 140; // milliseconds without a move
const STRETCH = 1.35; // a picture of another zoom is good for so much while moving

/** Paints the ground once and moves the picture, because shores of ten thousand discs are slow. */
export class Ground {
  private readonly picture = document.createElement("canvas");
  private painted: Camera | null = null;
  private moving = true;
  private resting = 0;

  /** `again` is called when nothing has moved for a while and the picture was a stretched one. */
  constructor(private readonly again: () => void) {}

  /** Another size, other islands or another look: what was painted no longer holds. */
  reset(): void {
    this.painted = null;
    clearTimeout(this.resting);
  }

  draw(
    context: CanvasRenderingContext2D,
    camera: Camera,
    size: Size,
    ratio: number,
    islands: readonly Island[],
    look: GroundLook,
  ): void {
    clearTimeout(this.resting);
    if (!this.painted || !this.covers(this.painted, camera, size)) {
      const wide = { width: OVERSCAN * size.width, height: OVERSCAN * size.height };
      this.picture.width = Math.round(wide.width * ratio);
      this.picture.height = Math.round(wide.height * ratio);
      const own = this.picture.getContext("2d");
      const far = { ...camera, zoom: camera.zoom / OVERSCAN };
      if (own) paintGround(own, far, wide, ratio, islands, look);
      this.painted = camera;
    }
    const by = camera.zoom / this.painted.zoom;
    const [x, y] = project(camera, size, this.painted.x, this.painted.y);
    const { width, height } = this.picture;
    const exact = by === 1;
    const left = x * ratio - (width * by) / 2;
    const top = y * ratio - (height * by) / 2;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.drawImage(
      this.picture,
      exact ? Math.round(left) : left,
      exact ? Math.round(top) : top,
      width * by,
      height * by,
    );
    this.moving = true;
    if (exact) return;
    this.resting = setTimeout(() => {
      this.moving = false;
      this.again();
    }, STILL);
  }

  private covers(painted: Camera, camera: Camera, size: Size): boolean {
    const by = camera.zoom / painted.zoom;
    if (by !== 1 && (!this.moving || by > STRETCH || by < 1 / STRETCH)) return false;
    const s = scaleOf(camera, size);
    const spare = (OVERSCAN * by - 1) / 2;
    return (
      Math.abs(camera.x - painted.x) * s <= spare * size.width &&
      Math.abs(camera.y - painted.y) * s <= spare * size.height
    );
  }
}

/** Rings around the chosen and the gathered clusters, drawn over the dots. */
export function paintRings(
  context: CanvasRenderingContext2D,
  camera: Camera,
  size: Size,
  ratio: number,
  discs: readonly Disc[],
  colours: { ring: string; halo: string },
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  for (const [colour, width] of [
    [colours.halo, 5],
    [colours.ring, 2],
  ] as const)
    for (const disc of discs) {
      const [x, y] = project(camera, size, disc.x, disc.y);
      const radius = Math.max(9, disc.radius * scaleOf(camera, size) * 1.08 + 3);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
}
