// How fast the map draws, for the benchmark and for the choice of the layer: the measures
// `anonymuse:first-draw` and `anonymuse:overlay`, the number of frames, and a slow graphics card.
import { tooSlow } from "./choose";
import type { PointLayer } from "./layer";
import { WebglLayer } from "./webgl";

const WATCHED = 3; // frames of a card that are timed

export class Pace {
  frames = 0;
  private readonly born = performance.now();
  private recolouredAt: number | null = null;
  private readonly timed: number[] = [];
  private card = false;

  /** New colours are on their way since then. */
  recoloured(since: number): void {
    this.recolouredAt = since;
  }

  /** A frame that began then is drawn; returns how many there were. */
  drew(start: number, layer: PointLayer): number {
    this.card = layer instanceof WebglLayer;
    if (layer instanceof WebglLayer && this.timed.length < WATCHED) {
      layer.finish();
      this.timed.push(performance.now() - start);
    }
    if (this.frames === 0) performance.measure("anonymuse:first-draw", { start: this.born });
    if (this.recolouredAt !== null)
      performance.measure("anonymuse:overlay", { start: this.recolouredAt });
    this.recolouredAt = null;
    return ++this.frames;
  }

  /** The card is slower than the processor would be. */
  get slow(): boolean {
    return this.card && tooSlow(this.timed);
  }
}
