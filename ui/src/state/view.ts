// What a person is looking at: exactly what the address says (see url.ts).

export const SCREENS = ["overview", "map", "compare", "quadrant", "notes", "how"] as const;
export type Screen = (typeof SCREENS)[number];

/** What colours the map and the tree's swatches. */
export type Overlay =
  | { kind: "topic" }
  | { kind: "measure"; key: string }
  | { kind: "facet"; facet: string; value: string; as: "share" | "lift" };

/** One side of a comparison. */
export type Side =
  | { kind: "value"; facet: string; value: string }
  | { kind: "rest" }
  | { kind: "window"; window: string }
  | { kind: "other" };

/** Centre of the map in report units (-1..1) and zoom (1: all of it fits). */
export interface Camera {
  x: number;
  y: number;
  zoom: number;
}

export interface View {
  screen: Screen;
  tree: string;
  selected: string | null;
  /** Topics that are taken together, in the order in which they were gathered. */
  group: readonly string[];
  overlay: Overlay;
  camera: Camera | null;
  /** First and last window of a span of time; null: all of it. */
  time: readonly [string, string] | null;
  query: string;
  sides: readonly [Side, Side] | null;
  /** Key of the quadrant that is shown; null: the first. */
  quadrant: string | null;
}

export const START: View = {
  screen: "overview",
  tree: "main",
  selected: null,
  group: [],
  overlay: { kind: "topic" },
  camera: null,
  time: null,
  query: "",
  sides: null,
  quadrant: null,
};
