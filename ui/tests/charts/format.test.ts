import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  count,
  interval,
  percent,
  percentTick,
  ratio,
  ratioInWords,
  share,
  shortCount,
  units,
  windowName,
  windowTick,
} from "../../src/charts/format";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("numbers", () => {
  test("counts have their thousands apart", () => {
    expect([0, 12340, 1234567].map(count)).toEqual(["0", "12,340", "1,234,567"]);
    expect([9999, 12340, 999_499, 1_200_000].map(shortCount)).toEqual([
      "9,999",
      "12k",
      "999k",
      "1.2m",
    ]);
  });

  test("a share keeps a digit that says something", () => {
    const shares = [0, 0.00004, 0.0004, 0.03, 0.1234, 0.9994, 1];
    expect(shares.map(percent).map(plain)).toEqual([
      "0 %",
      "<0.01 %",
      "0.04 %",
      "3.0 %",
      "12.3 %",
      "99.9 %",
      "100 %",
    ]);
    expect(plain(percentTick(0.025))).toBe("2.5 %");
  });

  test("nothing told is never a zero", () => {
    expect(share(null)).toBe("not shown");
    expect(interval(null, null)).toBe("no interval");
    expect(plain(interval(0.03, 0.06))).toBe("95 % interval 3.0 % to 6.0 %");
  });

  test("a positive share never reads as none, and one below all never as all", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 0.99949, noNaN: true }), (value) => {
        expect(plain(percent(value))).not.toBe("0 %");
        expect(plain(percent(value))).not.toBe("100 %");
      }),
    );
  });

  test("ratios in words", () => {
    expect([0.004, 0.456, 1, 2.13, 14.2].map(ratio)).toEqual(["<0.01", "0.46", "1.0", "2.1", "14"]);
    expect(ratioInWords(2.1, 1.4, 3)).toBe("2.1 times as often as elsewhere (1.4 to 3.0)");
    expect(ratioInWords(1.01, null, null, "before")).toBe("about as often as before");
  });

  test("one person, many people", () => {
    const unit = ["person", "people"] as const;
    expect([units(1, unit), units(1240, unit)]).toEqual(["1 person", "1,240 people"]);
  });
});

test("windows by name; what is none stays as it is", () => {
  expect(["2026-08", "2026-W09", "2026-13", "all"].map(windowName)).toEqual([
    "Aug 2026",
    "week 9, 2026",
    "2026-13",
    "all",
  ]);
  expect(["2026-08", "2026-W09", "x"].map(windowTick)).toEqual(["Aug", "W09", "x"]);
});

test("a half is rounded as in the exports: to an even digit", () => {
  // 22 of 1,762 comes as 0.0125
  expect([0.0125, 0.1225, 0.0175, 0.0135, 0.0115, -0.0125].map(percent)).toEqual(
    ["1.2", "12.2", "1.8", "1.4", "1.1", "-1.2"].map((digits) => `${digits}\u00a0%`),
  );
});
