// The map as it stands on the page: canvases, camera and drawing, outside React. React tells it
// what to show; it tells React where it looks from.
import type { Camera } from "../state/view";
import {
  between,
  bounded,
  type Extent,
  extentOf,
  frame,
  type Margin,
  pan,
  type Size,
  scaleOf,
  unit,
  zoomAt,
} from "./camera";
import { chooseLayer } from "./choose";
import { CpuLayer } from "./cpu";
import { type MapData, shoresOf } from "./data";
import { type Disc, Ground, type GroundLook, paintRings } from "./ground";
import type { Palette, PointLayer } from "./layer";
import { lookOf } from "./look";
import { Pace } from "./pace";

export interface Shown {
  camera: Camera;
  size: Size;
  scale: number;
}

const FLIGHT = 620; // milliseconds

export class MapScene {
  private readonly ground = document.createElement("canvas");
  private readonly over = document.createElement("canvas");
  private readonly painter = new Ground(() => this.redraw());
  private layer: PointLayer;
  private data: MapData | null = null;
  private palette: Palette = new Uint8Array(0);
  private look: GroundLook = { dark: false, tints: [], ring: "", paper: "" };
  private rings: readonly Disc[] = [];
  private size: Size = { width: 0, height: 0 };
  private margin: Margin = { top: 24, right: 24, bottom: 24, left: 24 };
  private extent: Extent = extentOf([]);
  private area = 1;
  private smallest = 1; // radius of a disc
  private camera: Camera = { x: 0, y: 0, zoom: 1 };
  private following = true; // still at "all of it": a new size fits again
  private flight: { from: Camera; to: Camera; start: number } | null = null;
  private due = 0;
  private readonly pace = new Pace();
  private readonly pending = new Set<() => void>();
  private readonly watchers = new Set<(shown: Shown) => void>();

  /** `host` is positioned; `onRest` is told when the camera has come to rest after a move. */
  constructor(
    readonly host: HTMLElement,
    private readonly onRest: (camera: Camera) => void,
    search: string = location.search,
  ) {
    this.layer = chooseLayer(search, () => this.goOnWithCpu());
    for (const canvas of [this.ground, this.layer.canvas, this.over]) host.append(canvas);
    host.dataset.renderer = this.layer.kind;
  }

  /** The colours of the ground, of rings and of what lies under their edges. */
  setLook(look: GroundLook): void {
    // another overlay mostly leaves the ground as it is, and painting it is the slowest part
    if (JSON.stringify(look) === JSON.stringify(this.look)) return;
    this.look = look;
    this.painter.reset();
    this.redraw();
  }

  setData(data: MapData): void {
    this.data = data;
    this.painter.reset();
    this.extent = shoresOf(data);
    this.smallest = data.leaves.reduce((r, i) => Math.min(r, data.discs[i]!.radius), 1) || 1;
    this.area = data.leaves.reduce((sum, leaf) => sum + Math.PI * data.discs[leaf]!.radius ** 2, 0);
    this.layer.setDots(data.dots);
    this.settle();
    this.redraw();
  }

  setPalette(palette: Palette, since = performance.now()): void {
    this.pace.recoloured(since);
    this.palette = palette;
    this.layer.setPalette(palette);
    this.redraw();
  }

  setRings(discs: readonly Disc[]): void {
    this.rings = discs;
    this.redraw();
  }

  setMargin(margin: Margin): void {
    this.margin = margin;
    this.settle();
    this.redraw();
  }

  resize(width: number, height: number): void {
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    const ratio = devicePixelRatio || 1;
    for (const canvas of [this.ground, this.over]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.layer.resize(width, height, ratio);
    this.painter.reset();
    this.settle();
    this.draw();
  }

  watch(watcher: (shown: Shown) => void): () => void {
    this.watchers.add(watcher);
    if (this.ready) watcher(this.shown());
    return () => this.watchers.delete(watcher);
  }

  shown(): Shown {
    return { camera: this.camera, size: this.size, scale: scaleOf(this.camera, this.size) };
  }

  fitted(): Camera {
    return frame(this.extent, this.size, this.margin);
  }

  /** Nothing has been drawn yet. */
  get isFresh(): boolean {
    return !this.pace.frames;
  }

  /** Runs something as soon as the map has a size and something to show. */
  whenReady(then: () => void): () => void {
    if (this.ready) then();
    else this.pending.add(then);
    return () => this.pending.delete(then);
  }

  get isFitted(): boolean {
    return this.following;
  }

  /** Smallest and largest pixels per report unit that can be looked at. */
  scales(): [number, number] {
    const [least, most] = this.zooms();
    return [least * unit(this.size), most * unit(this.size)];
  }

  /** Looks from somewhere else, at once. */
  jump(camera: Camera): void {
    this.flight = null;
    this.moveTo(camera);
  }

  panBy(dx: number, dy: number): void {
    this.jump(pan(this.camera, this.size, dx, dy));
  }

  zoomBy(by: number, px = this.size.width / 2, py = this.size.height / 2): void {
    const [least, most] = this.zooms();
    const zoom = Math.min(most, Math.max(least, this.camera.zoom * by));
    this.jump(zoomAt(this.camera, this.size, px, py, zoom / this.camera.zoom));
  }

  fitAll(animated = true): void {
    this.flyTo(this.fitted(), animated);
    this.following = true;
  }

  /** Flies so that a disc is seen with what lies around it. */
  flyToDisc(disc: Disc, animated = true): void {
    const wanted = 0.2 * Math.min(this.size.width, this.size.height);
    const least = this.fitted().zoom;
    const zoom = Math.max(least, wanted / disc.radius / unit(this.size));
    this.flyTo({ x: disc.x, y: disc.y, zoom }, animated);
  }

  /** Whether a disc is well in sight: flying there would tell nobody more. */
  sees(disc: Disc): boolean {
    const { width, height } = this.size;
    const s = scaleOf(this.camera, this.size);
    const dx = Math.abs(disc.x - this.camera.x) * s;
    const dy = Math.abs(disc.y - this.camera.y) * s;
    const r = disc.radius * s;
    return dx < 0.46 * width && dy < 0.44 * height && r > 12 && r < 0.7 * Math.max(width, height);
  }

  flyTo(camera: Camera, animated = true): void {
    const to = bounded(camera, this.extent, this.zooms());
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!animated || still || !this.pace.frames) {
      this.jump(to);
      return;
    }
    this.following = false;
    this.flight = { from: this.camera, to, start: performance.now() };
    this.redraw();
  }

  /** Everything but the labels, for a picture. */
  layers(): readonly HTMLCanvasElement[] {
    return [this.ground, this.layer.canvas, this.over];
  }

  get background(): string {
    return this.look.paper;
  }

  destroy(): void {
    cancelAnimationFrame(this.due);
    this.painter.reset();
    this.watchers.clear();
    this.layer.destroy();
    this.ground.remove();
    this.over.remove();
  }

  private get ready(): boolean {
    return this.size.width > 0 && this.data !== null;
  }

  private settle(): void {
    if (!this.ready) return;
    if (this.following) this.camera = this.fitted();
    for (const then of this.pending) then();
    this.pending.clear();
  }

  private zooms(): [number, number] {
    const all = this.fitted().zoom;
    return [all * 0.6, Math.max(all * 6, 170 / unit(this.size) / this.smallest)];
  }

  private moveTo(camera: Camera): void {
    this.camera = bounded(camera, this.extent, this.zooms());
    this.following = false;
    this.redraw();
    this.onRest(this.camera);
  }

  private redraw(): void {
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = 0;
      this.advance();
      this.draw();
    });
  }

  private advance(): void {
    if (!this.flight) return;
    const { from, to, start } = this.flight;
    const t = Math.min(1, (performance.now() - start) / FLIGHT);
    this.camera = t === 1 ? to : between(from, to, t);
    if (t === 1) {
      this.flight = null;
      this.onRest(to);
    } else this.redraw();
  }

  private draw(): void {
    if (!this.size.width || !this.data || !this.palette.length) return;
    const start = performance.now();
    const ratio = this.ground.width / this.size.width;
    const context = this.ground.getContext("2d");
    const over = this.over.getContext("2d");
    if (context)
      this.painter.draw(context, this.camera, this.size, ratio, this.data.islands, this.look);
    const fitted = this.fitted().zoom * unit(this.size);
    const n = this.data.dots.leaf.length;
    this.layer.draw(this.camera, lookOf(n, this.area, scaleOf(this.camera, this.size), fitted));
    const colours = { ring: this.look.ring, halo: this.look.paper };
    this.over.hidden = this.rings.length === 0;
    if (over) paintRings(over, this.camera, this.size, ratio, this.rings, colours);
    for (const watcher of this.watchers) watcher(this.shown());
    this.host.dataset.frames = String(this.pace.drew(start, this.layer));
    if (this.pace.slow) this.goOnWithCpu();
  }

  /** Goes on without the graphics card. */
  private goOnWithCpu(): void {
    const layer = new CpuLayer();
    this.layer.canvas.replaceWith(layer.canvas);
    this.layer.destroy();
    this.layer = layer;
    this.host.dataset.renderer = layer.kind;
    if (this.data) layer.setDots(this.data.dots);
    layer.setPalette(this.palette);
    layer.resize(this.size.width, this.size.height, devicePixelRatio || 1);
    this.redraw();
  }
}
