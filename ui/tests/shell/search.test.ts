import { describe, expect, test } from "vitest";
import { Tree } from "../../src/model/tree";
import { searchTree, wordsOf } from "../../src/shell/search";
import { CLUSTERS, row } from "../report";

const tree = new Tree(CLUSTERS);
const found = (query: string) => searchTree(tree, query).map(({ cluster }) => cluster);

describe("search", () => {
  test.each([
    ["curry", [1]],
    ["veg", [1]], // the beginning of a word
    ["vegetariam", [1]], // one letter wrong
    ["CREME BRULEE", [2]], // no accents, other case
    ["brûlée", [2]],
    ["编程", [3]], // the middle of a text without spaces
    ["智能", [3]],
    ["调试", [3]], // in the description
    ["puddings curry", []], // all words, not any
    ["nothing like it", []],
    ["", []],
    ["!!! ---", []],
  ])("%s", (query, clusters) => {
    expect(found(query)).toEqual(clusters);
  });

  test("a name counts more than a description", () => {
    const own = new Tree({
      clusters: [row("x", { description: "all about tea" }), row("y", { name: "Tea" })],
      measures: [],
    });
    expect(searchTree(own, "tea").map(({ cluster }) => cluster)).toEqual([1, 0]);
  });

  test("words of scripts with marks stay whole", () => {
    expect(wordsOf("हिन्दी भाषा")).toHaveLength(2);
    expect(wordsOf("שָׁלוֹם עולם")).toHaveLength(2);
    expect(wordsOf("Äpfel, C++ & <b>!")).toEqual(["apfel", "c", "b"]);
  });

  test("ten thousand topics answer while somebody types", () => {
    const many = new Tree({
      clusters: Array.from({ length: 10_000 }, (_, i) =>
        row(`${i}`, { name: `Topic number ${i} of cooking`, description: "Some more words here" }),
      ),
      measures: [],
    });
    searchTree(many, "warm");
    const from = performance.now();
    expect(searchTree(many, "cook").length).toBe(10_000);
    expect(performance.now() - from).toBeLessThan(500);
  });
});
