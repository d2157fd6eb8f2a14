import { describe, expect, it } from "vitest";
import type { CompareDoc } from "../../src/api/types";
import { notable, ratioOf } from "../../src/model/stats";
import { termsOf } from "../../src/model/terms";
import { Tree } from "../../src/model/tree";
import { pairsAt } from "../../src/screens/compare/pairs";
import { rank, readableLevel } from "../../src/screens/compare/ranking";
import {
  asked,
  firstOptions,
  nameOf,
  type Sides,
  secondOptions,
  sideKey,
  suggested,
} from "../../src/screens/compare/sides";
import type { Loaded } from "../../src/state/store";
import type { Side } from "../../src/state/view";
import { column, FACET, LANGUAGE, rich, TREE } from "./loaded";

const value = (name: string): Side => ({ kind: "value", facet: "language", value: name });
const month = (window: string): Side => ({ kind: "window", window });
const REST: Side = { kind: "rest" };
const OTHER: Side = { kind: "other" };

describe("what may be compared", () => {
  it("offers values and windows that are told, and nothing else", () => {
    const groups = firstOptions(rich(), null);
    expect(groups.map(({ title }) => title)).toEqual(["Language", "Time"]);
    expect(groups[0]!.options.map(({ label }) => label)).toEqual(["English", "Spanish"]);
  });

  it("offers beside a value the rest and the other values of its facet", () => {
    const groups = secondOptions(rich(), value("English"), null);
    expect(groups.flatMap((own) => own.options.map(({ label }) => label))).toEqual([
      "Everybody else",
      "Spanish",
    ]);
  });

  it("offers beside a window the other windows only", () => {
    const keys = secondOptions(rich(), month("2026-02"), null).flatMap((own) =>
      own.options.map(({ key }) => key),
    );
    expect(keys).toEqual([sideKey(month("2026-01")), sideKey(month("2026-03"))]);
  });

  it("takes an address the other way round, and none that makes no sense", () => {
    expect(asked(rich(), [REST, value("English")], null)).toEqual([value("English"), REST]);
    expect(asked(rich(), [value("Thai"), REST], null)).toBeNull();
    expect(asked(rich(), [value("English"), month("2026-01")], null)).toBeNull();
    expect(asked(rich(), [value("English"), value("English")], null)).toBeNull();
    expect(asked(rich(), [REST, OTHER], null)).toBeNull();
    expect(asked(rich(), [OTHER, REST], "Last year")).toEqual([REST, OTHER]);
  });

  it("suggests the second language, the last windows, or nothing", () => {
    expect(suggested(rich(), null)).toEqual([value("Spanish"), REST]);
    expect(suggested(rich({ facets: [] }), null)).toEqual([month("2026-03"), month("2026-02")]);
    const bare = rich({ facets: [], windows: [] });
    expect(suggested(bare, null)).toBeNull();
    expect(suggested(bare, "Last year")).toEqual([REST, OTHER]);
  });

  it("names a bare answer by its facet", () => {
    const refused = { ...LANGUAGE, name: "refused", title: "Refused", values: ["yes"] };
    const loaded = rich({ facets: [refused] });
    expect(nameOf(loaded, { kind: "value", facet: "refused", value: "yes" }, null)).toBe(
      "Refused: yes",
    );
    expect(nameOf(rich(), value("Spanish"), null)).toBe("Spanish");
  });
});

describe("a ranking", () => {
  const against: Sides = [value("Spanish"), value("English")];

  it("sets shares of both groups against each other, as the statistics have it", () => {
    const found = rank(rich(), against, 0)!;
    expect([...found.more, ...found.less].map((own) => TREE.row(own.cluster).name)).toEqual([
      "Sums",
      "Love letters",
      "Formal letters",
    ]);
    expect(found.looked).toBe(4);
    expect(found.untold).toBe(1);
    // the second language is hidden in one topic: its number there is one more term
    const wholeTerms = { English: 4, Spanish: 4 };
    const ratio = ratioOf(
      { part: 100, whole: 200, wholeTerms: wholeTerms.Spanish },
      { part: 125, whole: 700, wholeTerms: wholeTerms.English },
      { sigma: 0, rounding: 1 },
    )!;
    expect(found.more[0]!.ratio).toEqual(ratio);
    expect(found.more[0]!.first).toBe(0.5);
  });

  it("counts what is not shown among the tests", () => {
    const found = rank(rich(), against, 0)!;
    const all = [...found.more, ...found.less];
    const marks = notable(
      all.map((own) => own.ratio),
      4,
    );
    expect(all.map((own) => own.notable)).toEqual(marks);
    expect(marks).toContain(true);
  });

  it("takes a group out of everybody, and never below nobody", () => {
    const found = rank(rich(), [value("Spanish"), REST], 0)!;
    const sums = [...found.more, ...found.less].find((own) => own.cluster === 4)!;
    expect(sums.second).toBeCloseTo((250 - 100) / (1000 - 200));
    const all = rich({}, { facets: new Map([["language", swallowed()]]) });
    expect(rank(all, [value("Spanish"), REST], 1)!.untold).toBe(2);
  });

  it.each([
    ["another value", value("English")],
    ["the rest", REST],
  ] as const)("weighs people of several topics as fewer, beside %s", (_, other) => {
    const rows = TREE.rows.map((own) => ({ ...own, design: own.level === 1 ? 3 : 1 }));
    const tree = new Tree({ clusters: rows, measures: [] });
    for (const [level, wider] of [
      [1, true],
      [0, false],
    ] as const) {
      const sides: Sides = [value("Spanish"), other];
      const first = (loaded: Loaded) => {
        const found = rank(loaded, sides, level)!;
        return [...found.more, ...found.less][0]!.ratio;
      };
      const [alone, several] = [first(rich()), first(rich({}, { tree }))];
      expect(several.ratio).toBe(alone.ratio);
      expect(several.low < alone.low).toBe(wider);
      expect(several.p > alone.p).toBe(wider);
    }
  });

  it("compares windows by the people of each", () => {
    const found = rank(rich(), [month("2026-02"), month("2026-01")], 0)!;
    const formal = found.more.find((own) => own.cluster === 1)!;
    expect(formal.ratio.ratio).toBeCloseTo(60 / 300 / (40 / 400));
    expect(found.untold).toBe(1);
  });

  it("waits for a facet that is not loaded", () => {
    expect(rank(rich({}, { facets: new Map() }), against, 0)).toBeNull();
  });

  it("opens at the finest level that can be read", () => {
    expect(readableLevel(rich(), against)).toBe(0);
    expect(readableLevel(rich({}, { facets: new Map([["language", sparse()]]) }), against)).toBe(1);
  });
});

/** A column in which Spanish is everybody in one topic and hidden in the other. */
function swallowed() {
  const units = [600, null, null, null, null, null];
  return { ...FACET, values: FACET.values.map((own) => column(own.value, units)) };
}

/** Only top topics are told. */
function sparse() {
  const units = [60, null, null, 40, null, null];
  return { ...FACET, values: FACET.values.map((own) => column(own.value, units)) };
}

describe("terms", () => {
  it("sums what is shown and one number for all that is not", () => {
    const found = termsOf(TREE, [5, 2, null, null, 1, 1]);
    expect(found.clusters).toEqual([2, 1, 0, 0, 1, 1]);
    expect(found.whole).toBe(3);
  });

  it("counts every base topic once where all are shown", () => {
    expect(termsOf(TREE, [1, 1, 1, 1, 1, 1])).toEqual({ clusters: [2, 1, 1, 2, 1, 1], whole: 4 });
  });
});

describe("two reports", () => {
  const match = (here: number | null, there: number | null, ratio: number | null) => ({
    here,
    there,
    by: "same name",
    ratio,
    low: ratio && ratio / 2,
    high: ratio && ratio * 2,
    notable: ratio === 4,
  });
  const compare: CompareDoc = {
    here: "Now",
    there: "Then",
    matches: [
      match(1, 1, 2),
      match(2, 2, 4),
      match(4, null, null),
      match(null, 5, null),
      match(0, 0, 3),
    ],
  };

  it("takes one level, what stands out first", () => {
    const found = pairsAt({ compare, here: TREE, there: TREE }, 0);
    expect(found.pairs.map((pair) => [pair.ratio, pair.low, pair.high])).toEqual([
      [4, 2, 8],
      [2, 1, 4],
    ]);
    expect(found.onlyHere).toEqual([4]);
    expect(found.onlyThere).toEqual([5]);
  });
});
