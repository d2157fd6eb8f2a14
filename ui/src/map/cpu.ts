// Draws dots without a graphics card: every dot is blended into an ImageData, packed integers only.
import type { Camera } from "../state/view";
import { scaleOf, unproject } from "./camera";
import type { Dots, Look, Palette, PointLayer } from "./layer";
import { makeStamp, PLACES, type Stamp } from "./stamp";

const SHARPEST = 2; // device pixels per CSS pixel that are worth their time here

export class CpuLayer implements PointLayer {
  readonly kind = "cpu";
  readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private dots: Dots | null = null;
  // signed: the compiler keeps these in registers, unsigned ones become floating-point numbers
  private colours = new Int32Array(0);
  private image: ImageData | null = null;
  private pixels = new Int32Array(0);
  private size = { width: 1, height: 1 };
  private ratio = 1;
  private stamp: Stamp & { key: string } = { side: 0, cover: new Uint16Array(0), key: "" };

  constructor() {
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("This browser draws no canvas.");
    this.context = context;
  }

  setDots(dots: Dots): void {
    this.dots = dots;
  }

  setPalette(palette: Palette): void {
    const n = palette.length >> 2;
    if (this.colours.length !== n) this.colours = new Int32Array(n);
    for (let i = 0; i < n; i++)
      this.colours[i] =
        palette[4 * i]! |
        (palette[4 * i + 1]! << 8) |
        (palette[4 * i + 2]! << 16) |
        (palette[4 * i + 3]! << 24);
  }

  resize(width: number, height: number, ratio: number): void {
    this.size = { width, height };
    this.ratio = Math.min(SHARPEST, ratio);
    this.canvas.width = Math.max(1, Math.round(width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(height * this.ratio));
    this.image = null;
  }

  draw(camera: Camera, look: Look): void {
    const { width, height } = this.canvas;
    if (!this.image) {
      this.image = this.context.createImageData(width, height);
      this.pixels = new Int32Array(this.image.data.buffer);
    }
    this.pixels.fill(0);
    if (this.dots) this.drawDots(this.dots, camera, look);
    this.context.putImageData(this.image, 0, 0);
  }

  private drawDots(dots: Dots, camera: Camera, look: Look): void {
    const diameter = look.size * this.ratio;
    const key = `${diameter.toFixed(2)} ${look.opacity.toFixed(2)}`;
    if (this.stamp.key !== key) this.stamp = { ...makeStamp(diameter, look.opacity), key };
    const [left, top] = unproject(camera, this.size, -look.size, -look.size);
    const [right, bottom] = unproject(
      camera,
      this.size,
      this.size.width + look.size,
      this.size.height + look.size,
    );
    const { start, box } = dots.runs;
    for (let run = 0; run + 1 < start.length; run++) {
      const b = 4 * run;
      if (box[b]! > right || box[b + 2]! < left || box[b + 1]! > top || box[b + 3]! < bottom)
        continue;
      const colour = this.colours[dots.leaf[start[run]!]!] ?? 0;
      if (colour >>> 24) this.drawRun(dots.xy, start[run]!, start[run + 1]!, colour, camera);
    }
  }

  private drawRun(xy: Float32Array, from: number, to: number, colour: number, camera: Camera) {
    const { width, height } = this.canvas;
    const { side, cover } = this.stamp;
    const { pixels } = this;
    const s = scaleOf(camera, this.size) * this.ratio;
    const x0 = width / 2 - camera.x * s - side / 2 + 0.5;
    const y0 = height / 2 + camera.y * s - side / 2 + 0.5;
    const rb = colour & 0xff00ff;
    const g = ((colour >>> 8) & 0xff) | 0xff0000; // green, and full opacity to move towards
    const own = colour >>> 24;
    const strength = own + (own >>> 7); // 0..256
    const full = side * side;
    for (let i = 2 * from; i < 2 * to; i += 2) {
      const x = xy[i]! * s + x0;
      const y = y0 - xy[i + 1]! * s;
      const px = Math.floor(x) | 0;
      const py = Math.floor(y) | 0;
      const left = px < 0 ? -px : 0;
      const right = px + side > width ? width - px : side;
      const top = py < 0 ? -py : 0;
      const bottom = py + side > height ? height - py : side;
      if (left >= right) continue;
      const place = ((y - py) * PLACES) | 0;
      const first = (place * PLACES + (((x - px) * PLACES) | 0)) * full;
      for (let j = top; j < bottom; j++) {
        const row = (py + j) * width + px;
        let c = first + j * side + left;
        for (let p = row + left; p < row + right; p++) {
          const a = (cover[c++]! * strength) >>> 8;
          if (a === 0) continue;
          const under = pixels[p]!;
          if (under === 0) {
            pixels[p] = (colour & 0xffffff) | (Math.min(255, a) << 24);
            continue;
          }
          const b = 256 - a;
          const lowered = (Math.imul(rb, a) + Math.imul(under & 0xff00ff, b)) >>> 8;
          const raised = (Math.imul(g, a) + Math.imul((under >>> 8) & 0xff00ff, b)) >>> 8;
          pixels[p] = (lowered & 0xff00ff) | ((raised & 0xff00ff) << 8);
        }
      }
    }
  }

  destroy(): void {
    this.canvas.remove();
  }
}
