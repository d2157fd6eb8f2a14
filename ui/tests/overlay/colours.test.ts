import { describe, expect, test } from "vitest";
import type { FacetDoc, Measure } from "../../src/api/types";
import { Tree } from "../../src/model/tree";
import { makeColours } from "../../src/overlay/colours";
import type { Loaded } from "../../src/state/store";
import type { Overlay } from "../../src/state/view";
import { REPORT, row } from "../report";

const growth = {
  key: "growth",
  title: "Growth",
  note: "",
  scale: "ratio",
  values: [2, null, 4, null],
  low: [1.9, null, 0.2, null],
  high: [2.1, null, 80, null],
  notable: [false, false, false, false],
} as Measure;

const language = {
  index: 0,
  name: "language",
  values: [
    {
      value: "Spanish",
      clusters: [0, 2],
      units: [20, 10],
      share: [0.2, 0.4],
      low: [0.19, 0.39],
      high: [0.21, 0.41],
      lift: [1, null],
      lift_low: [0.9, null],
      lift_high: [1.1, null],
      notable: [false, false],
    },
  ],
} as unknown as FacetDoc;

/** a over a1 and a2, and b alone. */
const tree = new Tree({
  clusters: [row("a"), row("a1", { parent: 0 }), row("a2", { parent: 0 }), row("b")],
  measures: [growth],
});
const loaded = {
  key: "main",
  report: REPORT,
  tree,
  facets: new Map([["language", language]]),
} as unknown as Loaded;

const spanish: Overlay = { kind: "facet", facet: "language", value: "Spanish", as: "share" };

function rgb(palette: Uint8Array, i: number): string {
  return `rgb(${palette.slice(4 * i, 4 * i + 3).join(" ")})`;
}

describe.each(["light", "dark"] as const)("colours in %s", (theme) => {
  test("a topic's parts keep to its hue and no two areas look alike", () => {
    const colours = makeColours(loaded, { kind: "topic" }, theme);
    expect(colours.css(0)).not.toBe(colours.css(3));
    expect(colours.legend).toMatchObject({
      kind: "topics",
      items: [{ cluster: 0 }, { cluster: 3 }],
    });
  });

  test("what is not told has no colour of its own; its dots take a paler one from above", () => {
    const colours = makeColours(loaded, spanish, theme);
    expect(colours.css(0)).toBe(rgb(colours.palette, 0));
    expect(colours.css(1)).toBeNull();
    expect(colours.source(1)).toBe(0);
    expect(colours.faded(1)).toBe(true);
    expect(rgb(colours.palette, 1)).not.toBe(colours.css(0));
    expect(colours.css(3)).toBeNull();
    expect(colours.source(3)).toBe(-1);
  });

  test("the legend counts base clusters by what their dots show", () => {
    const { legend } = makeColours(loaded, spanish, theme);
    expect(legend).toMatchObject({ kind: "scale", own: 1, above: 1, none: 1 });
  });

  test("a wide interval fades", () => {
    const colours = makeColours(loaded, { kind: "measure", key: "growth" }, theme);
    expect(colours.faded(0)).toBe(false);
    expect(colours.faded(2)).toBe(true);
    const sharp = { ...growth, low: growth.values, high: growth.values };
    const surer = new Tree({ clusters: [...tree.rows], measures: [sharp] });
    const other = makeColours({ ...loaded, tree: surer }, colours.overlay, theme);
    expect(other.css(2)).not.toBe(colours.css(2));
  });

  test("a lift that cannot be told is not drawn as usual", () => {
    const colours = makeColours(loaded, { ...spanish, as: "lift" }, theme);
    expect(colours.css(2)).toBeNull();
    expect(colours.css(0)).not.toBeNull();
  });

  test("an overlay that the report has not says so", () => {
    const none: Overlay = { kind: "measure", key: "nothing" };
    expect(makeColours(loaded, none, theme).legend.kind).toBe("missing");
    const lost: Overlay = { ...spanish, facet: "mood" };
    expect(makeColours(loaded, lost, theme).legend.kind).toBe("missing");
    const coming = { ...loaded, facets: new Map() };
    expect(makeColours(coming, spanish, theme).legend.kind).toBe("waiting");
  });

  test("a value that the facet has not is missing, not waited for", () => {
    const unheard: Overlay = { ...spanish, value: "Klingon" };
    expect(makeColours(loaded, unheard, theme).legend.kind).toBe("missing");
  });
});
