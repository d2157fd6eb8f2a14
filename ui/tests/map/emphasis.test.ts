import { describe, expect, test } from "vitest";
import type { SeriesDoc } from "../../src/api/types";
import { emphasised, quietIn } from "../../src/map/emphasis";
import { clusterAt, leafAt } from "../../src/map/hit";
import { neighbour } from "../../src/map/neighbour";
import { Tree } from "../../src/model/tree";
import { row } from "../report";

/** a over a1 and a2, and b alone. */
const tree = new Tree({
  clusters: [
    row("a", { x: 0, y: 0, radius: 0.3 }),
    row("a1", { parent: 0, x: -0.1, radius: 0.1 }),
    row("a2", { parent: 0, x: 0.15, radius: 0.1 }),
    row("b", { x: 0.8, radius: 0.1 }),
  ],
  measures: [],
});
const palette = new Uint8Array(16).fill(255);
const nothing = { selected: null, matches: null, quiet: null };
const alpha = (found: Uint8Array) => [1, 2, 3].map((leaf) => found[4 * leaf + 3]!);

describe("emphasised", () => {
  test("leaves all as it is where nothing is asked", () => {
    expect(emphasised(palette, tree, nothing)).toEqual(palette);
  });

  test("lets everything outside the chosen cluster step back", () => {
    const [a1, a2, b] = alpha(emphasised(palette, tree, { ...nothing, selected: 0 }));
    expect([a1, a2]).toEqual([255, 255]);
    expect(b).toBeLessThan(255);
  });

  test("gathered clusters are in front, whichever is chosen", () => {
    const emphasis = { ...nothing, selected: 2, group: [1, 3] };
    const [a1, a2, b] = alpha(emphasised(palette, tree, emphasis));
    expect([a1, b]).toEqual([255, 255]);
    expect(a2).toBeLessThan(255);
  });

  test("a topic that is found lights up with all below it", () => {
    const found = emphasised(palette, tree, { ...nothing, matches: new Set([0]) });
    expect(alpha(found)[0]).toBe(255);
    expect(alpha(found)[2]).toBeLessThan(100);
  });

  test("what is not shown in the span of time steps back", () => {
    const series = {
      windows: ["2026-01", "2026-02"],
      partial: [false, false],
      series: [
        { cluster: 1, facet: "", value: "", units: [20, null] },
        { cluster: 2, facet: "", value: "", units: [null, 20] },
        { cluster: 3, facet: "language", value: "Spanish", units: [20, 20] },
      ],
    } as unknown as SeriesDoc;
    const quiet = quietIn(tree, series, ["2026-02", "2026-02"]);
    expect([...quiet].sort()).toEqual([0, 1, 3]);
    expect(alpha(emphasised(palette, tree, { ...nothing, quiet }))[1]).toBe(255);
  });
});

describe("what lies under the mouse", () => {
  test("is the base cluster whose disc it is in", () => {
    expect(leafAt(tree, -0.1, 0.02, 0)).toBe(1);
    expect(leafAt(tree, 0.5, 0.5, 0)).toBeNull();
  });

  test("is the parent while its parts are too small to see", () => {
    expect(clusterAt(tree, -0.1, 0, 400)).toBe(1);
    expect(clusterAt(tree, -0.1, 0, 60)).toBe(0);
  });
});

describe("arrow keys on names", () => {
  const places = [
    { i: 1, at: [100, 100] },
    { i: 2, at: [200, 110] },
    { i: 3, at: [120, 300] },
  ] as const;

  test("go to the nearest name that way", () => {
    expect(neighbour(places, 1, "ArrowRight")).toBe(2);
    expect(neighbour(places, 1, "ArrowDown")).toBe(3);
    expect(neighbour(places, 1, "ArrowLeft")).toBeNull();
    expect(neighbour(places, 1, "x")).toBeUndefined();
  });
});
