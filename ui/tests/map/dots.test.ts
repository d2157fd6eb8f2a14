import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClusterRow } from "../../src/api/types";
import { conversationsPerDot, makeDots } from "../../src/map/dots";

function rowOf(id: string, conversations: number, x = 0, y = 0, radius = 0.1): ClusterRow {
  return {
    id,
    parent: null,
    level: 0,
    name: id,
    description: "",
    named_by: "",
    grade: null,
    conversations,
    units: conversations,
    share: 0.1,
    low: 0.1,
    high: 0.1,
    x,
    y,
    radius,
    near: [],
    design: 1,
  };
}

const rows = fc
  .array(
    fc.record({
      conversations: fc.integer({ min: 1, max: 400 }),
      x: fc.double({ min: -1, max: 1, noNaN: true }),
      y: fc.double({ min: -1, max: 1, noNaN: true }),
      radius: fc.double({ min: 0.001, max: 0.3, noNaN: true }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((all) => all.map((r, i) => rowOf(`c${i}`, r.conversations, r.x, r.y, r.radius)));

describe("makeDots", () => {
  test("draws one dot for every conversation, as long as there are not too many", () => {
    fc.assert(
      fc.property(rows, (own) => {
        const dots = makeDots(own, [...own.keys()], 1_000_000);
        const counts = own.map(() => 0);
        for (const leaf of dots.leaf) counts[leaf]!++;
        expect(counts).toEqual(own.map((row) => row.conversations));
        expect(dots.each).toBe(1);
      }),
    );
  });

  test("every dot lies near its own cluster, inside the box of its run", () => {
    fc.assert(
      fc.property(rows, (own) => {
        const { xy, leaf, runs } = makeDots(own, [...own.keys()], 1_000_000);
        for (let run = 0; run + 1 < runs.start.length; run++)
          for (let i = runs.start[run]!; i < runs.start[run + 1]!; i++) {
            const row = own[leaf[i]!]!;
            const [x, y] = [xy[2 * i]!, xy[2 * i + 1]!];
            const [minX, minY, maxX, maxY] = runs.box.subarray(4 * run, 4 * run + 4);
            const near = Math.hypot(x - row.x, y - row.y) < 1.31 * row.radius;
            const inside = x >= minX! && x <= maxX! && y >= minY! && y <= maxY!;
            if (!near || !inside) throw new Error(`dot ${i} at ${x}, ${y} left ${row.id}`);
          }
        expect(runs.start.at(-1)).toBe(leaf.length);
      }),
    );
  });

  test("is the same every time, and another for another cluster", () => {
    const one = [rowOf("a", 50)];
    expect(makeDots(one, [0], 100)).toEqual(makeDots(one, [0], 100));
    expect(makeDots(one, [0], 100).xy).not.toEqual(makeDots([rowOf("b", 50)], [0], 100).xy);
  });

  test("one dot stands for several where there are too many, and says for how many", () => {
    const own = [rowOf("a", 900), rowOf("b", 90), rowOf("c", 1)];
    const dots = makeDots(own, [0, 1, 2], 100);
    expect(dots.each).toBe(10);
    expect(dots.leaf.filter((leaf) => leaf === 0)).toHaveLength(90);
    expect(dots.leaf.filter((leaf) => leaf === 2)).toHaveLength(1); // never none
    expect(conversationsPerDot(1_000_001, 200_000)).toBe(6);
  });

  test("no cluster covers all of another: dots are dealt in rounds", () => {
    const dots = makeDots([rowOf("a", 80), rowOf("b", 80)], [0, 1], 1000);
    const first = dots.leaf.indexOf(1);
    expect(first).toBeGreaterThan(0);
    expect(dots.leaf.lastIndexOf(0)).toBeGreaterThan(first);
  });
});
