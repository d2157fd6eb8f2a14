import { expect, test } from "vitest";
import type { SeriesDoc } from "../../src/api/types";
import { unitsInSpan } from "../../src/model/span";

const nothing = { share: [], low: [], high: [] };
const doc = {
  windows: ["a", "b", "c"],
  partial: [false, false, false],
  series: [
    { cluster: 0, facet: "", value: "", units: [5, null, 7], ...nothing },
    { cluster: 1, facet: "", value: "", units: [null, null, 3], ...nothing },
    { cluster: 0, facet: "language", value: "Latin", units: [1, 1, 1], ...nothing },
  ],
} as unknown as SeriesDoc;

test("a gap makes the sum a lower bound; nothing told is nothing, not 0", () => {
  expect(unitsInSpan(doc, ["a", "c"])(0)).toEqual({ units: 12, whole: false });
  expect(unitsInSpan(doc, ["c", "c"])(0)).toEqual({ units: 7, whole: true });
  expect(unitsInSpan(doc, ["a", "b"])(1)).toBeNull();
  expect(unitsInSpan(doc, ["a", "c"])(2)).toBeNull();
  expect(unitsInSpan(doc, ["gone", "c"])(0)).toBeNull();
});
