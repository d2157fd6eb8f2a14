import { describe, expect, test } from "vitest";
import type { FacetDoc, FacetEntry, SeriesDoc } from "../../src/api/types";
import { Tree } from "../../src/model/tree";
import {
  ancestorThatTells,
  baseRows,
  breakdown,
  ordinal,
  rankAmong,
  seriesOf,
  shareOfParent,
} from "../../src/panel/facts";
import { CLUSTERS, row } from "../report";

const nothing = { units: null, share: null, low: null, high: null };

function entryOf(values: string[], kind = "text"): FacetEntry {
  const base = values.map(() => ({ units: 10, share: 0.1, low: 0.05, high: 0.2 }));
  return { index: 0, name: "f", title: "F", note: "", question: "", kind, values, base };
}

/** Shares by cluster; a value is told of the clusters that are named only. */
function docOf(values: Record<string, Record<number, [number, boolean?]>>): FacetDoc {
  return {
    index: 0,
    name: "f",
    values: Object.entries(values).map(([value, told]) => {
      const shares = Object.values(told).map(([share]) => share);
      return {
        value,
        clusters: Object.keys(told).map(Number),
        units: shares.map((share) => Math.round(100 * share)),
        share: shares,
        low: shares.map((share) => share / 2),
        high: shares.map((share) => Math.min(1, 2 * share)),
        lift: shares.map((share) => share / 0.1),
        lift_low: shares.map(() => 1.2),
        lift_high: shares.map(() => 9),
        notable: Object.values(told).map(([, notable]) => notable ?? false),
      };
    }),
  } as FacetDoc;
}

describe("breakdown", () => {
  test("what stands out comes first, and is said in words", () => {
    const entry = entryOf(["a", "b", "c"]);
    const doc = docOf({ a: { 0: [0.5] }, b: { 0: [0.2, true] }, c: { 0: [0.3] } });
    const rows = breakdown(entry, doc, 0)!;
    expect(rows.told.map(({ key }) => key)).toEqual(["b", "a", "c"]);
    expect(rows.told[0]?.words).toBe("2.0 times as often as elsewhere (1.2 to 9.0)");
    expect(rows.told[1]?.words).toBeUndefined();
  });

  test("grades keep their order, the untold one in its place", () => {
    const entry = entryOf(["1", "2", "3"], "integer");
    const doc = docOf({ 1: { 0: [0.1] }, 3: { 0: [0.6, true] } });
    expect(breakdown(entry, doc, 0)!.told.map(({ key, value }) => [key, value])).toEqual([
      ["1", 0.1],
      ["2", null],
      ["3", 0.6],
    ]);
  });

  test("a long facet names what it cannot show", () => {
    const values = ["a", "b", "c", "d", "e", "f", "g"];
    const rows = breakdown(entryOf(values), docOf({ c: { 0: [0.4] } }), 0)!;
    expect(rows.told.map(({ key }) => key)).toEqual(["c"]);
    expect(rows.few).toEqual(["a", "b", "d", "e", "f", "g"]);
  });

  test("nothing told is nothing, not an empty chart", () => {
    expect(breakdown(entryOf(["a"]), docOf({ a: { 1: [0.4] } }), 0)).toBeNull();
    expect(breakdown(entryOf(["a"]), docOf({}), 0)).toBeNull();
  });

  test("the whole report's own suppressed values are hatched too", () => {
    const entry = { ...entryOf(["a", "b"]), base: [{ ...nothing }, { ...nothing, share: 0.2 }] };
    expect(baseRows(entry).told.map(({ value }) => value)).toEqual([null, 0.2]);
  });
});

describe("a cluster among others", () => {
  const tree = new Tree(CLUSTERS);

  test("the nearest one above that tells something", () => {
    const deep = new Tree({
      clusters: [row("a"), row("b", { parent: 0 }), row("c", { parent: 1 })],
      measures: [],
    });
    expect(ancestorThatTells(deep, 2, [docOf({ a: { 0: [0.1], 1: [0.1] } })])).toBe(1);
    expect(ancestorThatTells(deep, 2, [docOf({ a: { 0: [0.1] } })])).toBe(0);
    expect(ancestorThatTells(deep, 0, [docOf({ a: { 1: [0.1] } })])).toBeNull();
  });

  test("ranks share a place when sizes are the same", () => {
    expect(rankAmong(tree, 2)).toBe("1st of 2");
    expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal).join(" ")).toBe(
      "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th",
    );
  });

  test("its part of the area above never exceeds it", () => {
    const odd = new Tree({
      clusters: [row("a", { conversations: 20 }), row("b", { parent: 0, conversations: 25 })],
      measures: [],
    });
    expect(shareOfParent(odd, 1)).toMatch(/^100/);
    expect(shareOfParent(odd, 0)).toBeNull();
  });
});

test("a line over time needs two windows that are told", () => {
  const series = (cluster: number | null, units: (number | null)[]) => ({
    cluster,
    facet: "",
    value: "",
    units,
    share: units,
    low: units,
    high: units,
  });
  const doc = {
    windows: ["a", "b"],
    partial: [false, false],
    series: [series(0, [1, null]), series(1, [1, 2]), series(null, [3, 4])],
  } as unknown as SeriesDoc;
  expect(seriesOf(doc, 0)).toEqual([]);
  expect(seriesOf(doc, 1)).toHaveLength(1);
  expect(seriesOf(doc, null)).toHaveLength(1);
});
