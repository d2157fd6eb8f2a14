import { describe, expect, test } from "vitest";
import type { ClustersDoc, FacetDoc, ValueColumn } from "../../src/api/types";
import {
  combined,
  gathered,
  holderOf,
  leavesOf,
  outermost,
  peopleIn,
  sizeOf,
  topicsOf,
} from "../../src/model/group";
import { Tree } from "../../src/model/tree";
import { row } from "../report";
import { LANGUAGE } from "../screens/loaded";

// a holds a1 (which holds a11) and a2; b stands alone
const tree = new Tree({
  clusters: [
    row("a", { conversations: 101, units: 60 }),
    row("a1", { parent: 0, conversations: 50, units: 30 }),
    row("a2", { parent: 0, conversations: 50, units: 40 }),
    row("b", { conversations: 30, units: 20 }),
    row("a11", { parent: 1, conversations: 48, units: 30 }),
  ],
  measures: [],
} as ClustersDoc);
const at = (...ids: string[]) => ids.map((id) => tree.find(id)!);
const column = (value: string, clusters: number[], units: number[]) =>
  ({ value, clusters, units }) as ValueColumn;
const doc = {
  values: [
    column("English", at("a", "a2", "b"), [20, 10, 5]),
    column("Spanish", at("a", "a2"), [40, 30]),
  ],
} as FacetDoc;

describe("gathering", () => {
  test("adds, keeps the order and leaves out again", () => {
    expect(gathered(["b"], "a")).toEqual(["b", "a"]);
    expect(gathered(["b", "a"], "b")).toEqual(["a"]);
  });

  test("the chosen topic is the first of a new group", () => {
    expect(gathered([], "a", "b")).toEqual(["b", "a"]);
    expect(gathered([], "a", "a")).toEqual(["a"]);
    expect(gathered(["a"], "a2", "b")).toEqual(["a", "a2"]);
  });

  test("one topic is no group, and topics that are not there do not count", () => {
    expect(topicsOf(tree, ["a"])).toEqual([]);
    expect(topicsOf(tree, ["a", "gone"])).toEqual([]);
    expect(topicsOf(tree, ["b", "gone", "a1"])).toEqual(at("b", "a1"));
  });
});

describe("taken together", () => {
  test("a base cluster counts once, however often it is gathered", () => {
    expect([...leavesOf(tree, at("a", "a1", "a11", "b"))].sort()).toEqual(at("a2", "b", "a11"));
    expect(sizeOf(tree, at("a", "a1", "b"), 256)).toEqual({ conversations: 128, share: 0.5 });
    expect(sizeOf(tree, at("a1", "a11"), 256)).toEqual(sizeOf(tree, at("a11"), 256));
    expect(sizeOf(tree, at("a", "b"), 100).share).toBe(1);
    expect(sizeOf(tree, at("a", "b"), 0).share).toBe(0);
  });

  test("a topic in another gathered one counts there", () => {
    expect(outermost(tree, at("a11", "a", "b"))).toEqual(at("a", "b"));
    expect(holderOf(tree, at("a", "a1", "a11"), at("a11")[0]!)).toBe(at("a1")[0]);
    expect(holderOf(tree, at("a", "b"), at("b")[0]!)).toBeNull();
    expect(peopleIn(tree, at("a", "a1", "b"))).toBe(80);
  });

  test("values add up what is shown, largest first, beside the whole report", () => {
    const told = combined(tree, at("b", "a2"), LANGUAGE, doc);
    expect(told).toEqual([
      { value: "Spanish", units: 30, share: 0.5, shown: 1, base: 0.2 },
      { value: "English", units: 15, share: 0.25, shown: 2, base: 0.7 },
      { value: "Thai", units: null, share: null, shown: 0, base: null },
    ]);
  });

  test("a value of a topic and of the one above it is not added twice", () => {
    const both = combined(tree, at("a", "a2", "b"), LANGUAGE, doc);
    expect(both).toEqual(combined(tree, at("a", "b"), LANGUAGE, doc));
    expect(both[0]).toEqual({ value: "Spanish", units: 40, share: 0.5, shown: 1, base: 0.2 });
  });
});
