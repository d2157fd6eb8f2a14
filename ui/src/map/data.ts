// What the map draws of one tree.
import { type Extent, extentOf } from "./camera";
import type { Disc } from "./ground";
import type { Island } from "./land";
import type { Dots } from "./layer";

export interface MapData {
  discs: readonly Disc[];
  leaves: readonly number[];
  dots: Dots;
  islands: readonly Island[];
}

/** What the islands cover: a shore lies about half a radius outside of a disc. */
export function shoresOf({ discs, leaves }: Pick<MapData, "discs" | "leaves">): Extent {
  return extentOf(leaves.map((leaf) => ({ ...discs[leaf]!, radius: 1.55 * discs[leaf]!.radius })));
}
