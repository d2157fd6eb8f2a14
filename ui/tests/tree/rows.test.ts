import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Tree } from "../../src/model/tree";
import { openedAtFirst, openLess, openMore, prune } from "../../src/tree/opening";
import { shownRows, type TreeRow } from "../../src/tree/rows";
import { row } from "../report";

/** A tree of so many children at each step down. */
function treeOf(...widths: number[]): Tree {
  const rows: ReturnType<typeof row>[] = [];
  const add = (parent: number | null, step: number, id: string) => {
    for (let n = 0; n < (widths[step] ?? 0); n++) {
      const own = `${id}${n}.`;
      const at = rows.push(row(own, { parent, level: widths.length - 1 - step })) - 1;
      add(at, step + 1, own);
    }
  };
  add(null, 0, "");
  return new Tree({ clusters: rows, measures: [] });
}

const flat = (rows: readonly TreeRow[]) => rows.map(({ i }) => i);
const every = (tree: Tree) => new Set(tree.rows.keys());

const all = { kept: null, order: null };

describe("what stands open at first", () => {
  test("a small report shows all of it", () => {
    const tree = treeOf(3, 3, 2);
    expect(flat(shownRows(tree, { ...all, opened: openedAtFirst(tree) }))).toHaveLength(30);
  });

  test("a large one the finest level that fits a glance", () => {
    for (const [tree, rows] of [
      [treeOf(4, 5, 20), 24],
      [treeOf(10, 30, 30), 10],
      [treeOf(100, 2), 100],
    ] as const)
      expect(flat(shownRows(tree, { ...all, opened: openedAtFirst(tree) }))).toHaveLength(rows);
  });

  test("nothing at all", () => {
    expect(openedAtFirst(treeOf()).size).toBe(0);
  });
});

describe("rows", () => {
  const tree = treeOf(2, 2, 2);

  test("a closed branch shows itself, an open one what is below", () => {
    const rows = shownRows(tree, { ...all, opened: new Set([0]) });
    expect(rows.map(({ i, depth, branch, open }) => [i, depth, branch, open])).toEqual([
      [0, 0, true, true],
      [1, 1, true, false],
      [4, 1, true, false],
      [7, 0, true, false],
    ]);
    expect(rows.map(({ place, siblings }) => `${place}/${siblings}`)).toEqual([
      "1/2",
      "1/2",
      "2/2",
      "2/2",
    ]);
  });

  test("sorts among siblings; what is not shown comes last both ways", () => {
    const value = (i: number) => (i === 0 ? null : i);
    for (const descending of [true, false]) {
      const order = { value, descending };
      const rows = flat(shownRows(tree, { opened: every(tree), kept: null, order }));
      expect(rows[0]).toBe(7);
      expect(rows.indexOf(0)).toBe(7);
      expect(rows.indexOf(1) > rows.indexOf(4)).toBe(descending);
    }
  });

  test("in one list stand the topics alone, in one order over all areas", () => {
    const value = (i: number) => (i === 0 ? 99 : i);
    const list = (order: { value: typeof value; descending: boolean } | null) =>
      shownRows(tree, { opened: new Set(), kept: null, order, flat: true });
    const topics = flat(list({ value, descending: true }));
    expect(topics).toEqual([...tree.leaves].sort((a, b) => b - a));
    expect(list(null).every(({ depth, branch }) => depth === 0 && !branch)).toBe(true);
    expect(list(null).map(({ place }) => place)).toEqual(topics.map((_, n) => n + 1));
  });

  test("no branch is shown before its parent, whatever is open", () => {
    fc.assert(
      fc.property(fc.subarray([...tree.rows.keys()]), (open) => {
        const shown = flat(shownRows(tree, { ...all, opened: new Set(open) }));
        expect(new Set(shown).size).toBe(shown.length);
        for (const i of shown) {
          const { parent } = tree.row(i);
          if (parent === null) continue;
          expect(open).toContain(parent);
          expect(shown.indexOf(parent)).toBeLessThan(shown.indexOf(i));
        }
      }),
    );
  });

  test("a level more, a level less, and no further than there is", () => {
    const one = openMore(tree, new Set());
    expect([...one]).toEqual([0, 7]);
    const two = openMore(tree, one);
    expect(flat(shownRows(tree, { ...all, opened: two }))).toHaveLength(14);
    expect(openMore(tree, two)).toEqual(two);
    expect(openLess(tree, two)).toEqual(one);
    expect(openLess(tree, openLess(tree, one))).toEqual(new Set());
  });

  test("ten thousand rows, all open and sorted, take a blink", () => {
    const large = treeOf(10, 10, 100);
    const begun = performance.now();
    const order = { value: (i: number) => -i, descending: true };
    expect(shownRows(large, { opened: every(large), kept: null, order })).toHaveLength(10_110);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe("search", () => {
  test("leaves what was found and the way to it", () => {
    const tree = treeOf(2, 2, 2);
    const { kept, opened } = prune(tree, new Set([5]));
    expect([...kept].sort()).toEqual([0, 4, 5]);
    expect(flat(shownRows(tree, { opened, kept, order: null }))).toEqual([0, 4, 5]);
  });

  test("what was found is never hidden, however much it is", () => {
    const tree = treeOf(5, 5, 5);
    const { kept, opened } = prune(tree, new Set(tree.leaves));
    const found = flat(shownRows(tree, { opened, kept, order: null }));
    expect(tree.leaves.every((i) => found.includes(i))).toBe(true);
  });
});
