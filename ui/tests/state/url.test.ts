import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHash, toHash } from "../../src/state/url";
import { type Overlay, SCREENS, type Side, START, type View } from "../../src/state/view";

// any script, and what the address uses as separators
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom(
      "a",
      ":",
      ",",
      ".",
      "..",
      "%",
      "%3A",
      "@",
      "!",
      "&",
      "=",
      "#",
      "?",
      "+",
      " ",
      "/",
      "é",
      "語",
      "ש",
    ),
  }),
);
const filled = text.filter((t) => t.length > 0);
const number = fc
  .double({ min: -1e6, max: 1e6, noNaN: true })
  .map((n) => Number(n.toPrecision(4)) || 0);
const overlay: fc.Arbitrary<Overlay> = fc.oneof(
  fc.constant<Overlay>({ kind: "topic" }),
  filled.map((key): Overlay => ({ kind: "measure", key })),
  fc
    .tuple(text, text, fc.constantFrom("share" as const, "lift" as const))
    .map(([facet, value, as]): Overlay => ({ kind: "facet", facet, value, as })),
);
const side: fc.Arbitrary<Side> = fc.oneof(
  fc.tuple(text, text).map(([facet, value]): Side => ({ kind: "value", facet, value })),
  filled.map((window): Side => ({ kind: "window", window })),
  fc.constantFrom<Side>({ kind: "rest" }, { kind: "other" }),
);
const view: fc.Arbitrary<View> = fc.record({
  screen: fc.constantFrom(...SCREENS),
  tree: text,
  selected: fc.option(text),
  group: fc.uniqueArray(filled, { maxLength: 4 }),
  overlay,
  camera: fc.option(fc.record({ x: number, y: number, zoom: number.map((n) => Math.abs(n) || 1) })),
  time: fc.option(fc.tuple(filled, filled)),
  query: text,
  sides: fc.option(fc.tuple(side, side)),
  quadrant: fc.option(filled),
});

describe("addresses", () => {
  test("every view comes back from its address", () => {
    fc.assert(
      fc.property(view, (there) => {
        expect(fromHash(toHash(there))).toEqual(there);
      }),
      { numRuns: 500 },
    );
  });

  test("any text is some view", () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const there = fromHash(`#/map?${typed}`);
        expect(SCREENS).toContain(there.screen);
        expect(fromHash(toHash(there))).toEqual(there);
      }),
    );
  });

  test("common addresses read well", () => {
    const there = { ...START, screen: "map" as const, selected: "3" };
    const facet: Overlay = { kind: "facet", facet: "language", value: "Spanish", as: "lift" };
    expect(toHash({ ...there, overlay: facet, camera: { x: 0.1, y: 0.2, zoom: 3 } })).toBe(
      "#/map?sel=3&color=language:Spanish&as=lift&at=0.1,0.2,3",
    );
    expect(toHash({ ...START, time: ["2026-08", "2026-10"] })).toBe(
      "#/overview?t=2026-08..2026-10",
    );
  });

  test("what is wrong or unknown is left out", () => {
    const there = fromHash("#/nowhere?new=1&at=1,2&t=a..b..c&as=lift&a=!rest");
    expect(there).toEqual(START);
    expect(fromHash("#/map?with=1,,2,1").group).toEqual(["1", "2"]);
    expect(fromHash("#/map?at=1,2,-3").camera).toBeNull();
    expect(fromHash("#/map?at=1,,3").camera).toBeNull();
    expect(fromHash("#/map?color=%E0%A4%A:x").overlay.kind).toBe("facet");
  });
});
