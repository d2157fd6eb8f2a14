import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Rgb, toLch } from "../../src/overlay/colour";
import { doubt, toldBy } from "../../src/overlay/readings";
import { amountScale, ratioScale, shareScale } from "../../src/overlay/scales";

const lightness = (colour: Rgb) => toLch(colour)[0];

describe("scales", () => {
  test("shares start at 0 and end at a round number that most stay below", () => {
    const scale = shareScale([0.02, 0.07, 0.11], 0.05, "light");
    expect(scale.place(0)).toBe(0);
    expect(scale.place(0.11)).toBeLessThanOrEqual(1);
    expect(scale.place(0.11)).toBeGreaterThan(0.5);
    expect(scale.ticks[0]).toMatchObject({ at: 0 });
  });

  test("more is darker on paper and brighter at night, all the way", () => {
    for (const make of [
      (theme: "light" | "dark") => shareScale([1], null, theme),
      (theme: "light" | "dark") => amountScale([0, 1], 45, theme),
    ]) {
      for (const theme of ["light", "dark"] as const) {
        const steps = [0, 0.2, 0.4, 0.6, 0.8, 1].map((v) => lightness(make(theme).colour(v)));
        const sorted = [...steps].sort((a, b) => (theme === "dark" ? a - b : b - a));
        expect(steps).toEqual(sorted);
      }
    }
  });

  test("ratios are centred on as usual, even, and clipped at eight times", () => {
    const scale = ratioScale("light");
    expect(scale.place(1)).toBe(0.5);
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 5, noNaN: true }), (v) => {
        expect(scale.place(v) + scale.place(1 / v)).toBeCloseTo(1, 9);
      }),
    );
    expect(scale.place(1000)).toBe(1);
    expect(scale.place(0)).toBe(0);
  });

  test("one value, or none, still has a scale", () => {
    for (const values of [[], [3]]) {
      const { place, ticks } = amountScale(values, 45, "light");
      expect(Number.isFinite(place(3))).toBe(true);
      expect(ticks.every(({ at }) => Number.isFinite(at))).toBe(true);
    }
    expect(shareScale([], null, "dark").place(0)).toBe(0);
  });
});

describe("readings", () => {
  test("the nearest above that is told speaks for what is not", () => {
    const value = Float64Array.from([1, Number.NaN, Number.NaN, 4, Number.NaN]);
    expect([...toldBy(value, [null, 0, 1, 1, null])]).toEqual([0, 0, 0, 3, -1]);
  });

  test("doubt grows with the interval", () => {
    expect(doubt("share", 0.1, 0.15)).toBe(0);
    expect(doubt("share", 0.1, 0.7)).toBe(1);
    expect(doubt("ratio", 0.9, 1.1)).toBe(0);
    expect(doubt("ratio", 0, 3)).toBe(1);
    expect(doubt("amount", 1, 5)).toBe(0);
    expect(doubt("share", Number.NaN, 0.4)).toBe(0);
  });
});
