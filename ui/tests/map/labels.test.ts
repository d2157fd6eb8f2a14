import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Intervals,
  type LabelBox,
  labelsIn,
  orderOf,
  PLACING,
  placeLabels,
} from "../../src/map/labels";

const SCALES = [64, 8192] as const;
const OPTIONS = { ...PLACING, scales: SCALES };

/** A tree of nested discs: children lie inside their parent. */
const forest = fc
  .array(
    fc.record({
      up: fc.nat(),
      angle: fc.double({ min: 0, max: 6.28, noNaN: true }),
      far: fc.double({ min: 0, max: 0.9, noNaN: true }),
      part: fc.double({ min: 0.05, max: 0.7, noNaN: true }),
      width: fc.integer({ min: 8, max: 180 }),
      lines: fc.integer({ min: 1, max: 3 }),
      weight: fc.integer({ min: 1, max: 500 }),
      root: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((seeds): LabelBox[] => {
    const boxes: LabelBox[] = [];
    seeds.forEach((seed, i) => {
      const parent = i === 0 || (seed.root && i < 8) ? null : seed.up % i;
      const above = parent === null ? { x: 0, y: 0, radius: 1, depth: -1 } : boxes[parent]!;
      boxes.push({
        x: above.x + above.radius * seed.far * Math.cos(seed.angle),
        y: above.y + above.radius * seed.far * Math.sin(seed.angle),
        radius: Math.max(1e-4, above.radius * seed.part),
        width: seed.width,
        height: 15 * seed.lines,
        parent,
        depth: above.depth + 1,
        weight: seed.weight,
        leaf: true,
      });
      if (parent !== null) boxes[parent]!.leaf = false;
    });
    return boxes;
  });

const scale = fc.double({ min: SCALES[0], max: SCALES[1], noNaN: true });

function shownAt({ from, to }: Intervals, s: number): number[] {
  return [...from.keys()].filter((i) => from[i]! <= s && s < to[i]!);
}

function touch(boxes: LabelBox[], y: Float64Array, i: number, j: number, s: number): boolean {
  const [a, b] = [boxes[i]!, boxes[j]!];
  return (
    Math.abs(a.x - b.x) * s < (a.width + b.width) / 2 - 1e-6 &&
    Math.abs(y[i]! - y[j]!) * s < (a.height + b.height) / 2 - 1e-6
  );
}

/** As `touch`, with the room that stays free around a label. */
function near(boxes: LabelBox[], y: Float64Array, i: number, j: number, s: number): boolean {
  const wider = boxes.map((box) => ({
    ...box,
    width: box.width + PLACING.gap + 1e-5,
    height: box.height + PLACING.gap + 1e-5,
  }));
  return touch(wider, y, i, j, s);
}

describe.each([
  ["from the least scale", SCALES[0]],
  ["with the top chosen at a larger one", SCALES[0] * 2 ** 2.25],
])("placeLabels, %s", (_, fit) => {
  const OPTIONS = { ...PLACING, scales: SCALES, fit };

  test("no two labels overlap at any scale", () => {
    fc.assert(
      fc.property(forest, scale, (boxes, s) => {
        const placed = placeLabels(boxes, OPTIONS);
        const shown = shownAt(placed, s);
        for (const i of shown)
          for (const j of shown) if (i < j) expect(touch(boxes, placed.y, i, j, s)).toBe(false);
      }),
    );
  });

  test("a parent comes before its children", () => {
    fc.assert(
      fc.property(forest, (boxes) => {
        const { from } = placeLabels(boxes, OPTIONS);
        boxes.forEach(({ parent }, i) => {
          if (parent !== null && from[i]! < Infinity)
            expect(from[parent]!).toBeLessThanOrEqual(from[i]!);
        });
      }),
    );
  });

  test("is the same every time", () => {
    fc.assert(
      fc.property(forest, (boxes) => {
        expect(placeLabels(boxes, OPTIONS)).toEqual(placeLabels(boxes, OPTIONS));
      }),
    );
  });

  test("zooming in only adds labels, until a cluster that has parts fills the screen", () => {
    fc.assert(
      fc.property(forest, scale, fc.double({ min: 1, max: 1.5, noNaN: true }), (boxes, s, by) => {
        const placed = placeLabels(boxes, OPTIONS);
        const after = new Set(shownAt(placed, s * by));
        for (const i of shownAt(placed, s)) {
          const gone = !boxes[i]!.leaf && boxes[i]!.radius * s * by >= OPTIONS.gone - 1e-6;
          expect(after.has(i) || gone).toBe(true);
        }
      }),
    );
  });

  test("a name stands within its own cluster", () => {
    fc.assert(
      fc.property(forest, (boxes) => {
        const { y } = placeLabels(boxes, OPTIONS);
        boxes.forEach((box, i) => {
          expect(Math.abs(y[i]! - box.y)).toBeLessThan(box.radius);
        });
      }),
    );
  });

  test("names the whole at the smallest scale, the largest first", () => {
    const box = { x: 0, y: 0, width: 80, height: 15, parent: null, depth: 0, leaf: true };
    const placed = placeLabels(
      [
        { ...box, radius: 0.1, weight: 1 },
        { ...box, radius: 0.2, weight: 9, x: 0.1 },
      ],
      { ...OPTIONS, fit: SCALES[0] },
    );
    expect([...placed.from]).toEqual([expect.any(Number), SCALES[0]]);
    expect(placed.from[0]).toBeGreaterThan(SCALES[0]);
  });

  test("at the scale of the whole, no larger name of the top gives way to a smaller one", () => {
    fc.assert(
      fc.property(forest, (boxes) => {
        const placed = placeLabels(boxes, OPTIONS);
        const tops = shownAt(placed, fit).filter((i) => boxes[i]!.depth === 0);
        boxes.forEach((box, i) => {
          if (box.parent !== null || box.radius * fit >= OPTIONS.gone || tops.includes(i)) return;
          const y = Float64Array.from(placed.y).fill(box.y, i, i + 1);
          const before = tops.filter((j) => boxes[j]!.weight >= box.weight);
          expect(before.some((j) => near(boxes, y, i, j, fit))).toBe(true);
        });
      }),
    );
  });

  test("places nothing for nothing", () => {
    expect(placeLabels([], OPTIONS).from).toHaveLength(0);
  });
});

describe("labelsIn", () => {
  const all = { minX: -9, minY: -9, maxX: 9, maxY: 9 };

  test("panning adds and takes away only what comes into and leaves sight", () => {
    fc.assert(
      fc.property(forest, scale, fc.double({ min: -1, max: 1, noNaN: true }), (boxes, s, by) => {
        const placed = placeLabels(boxes, OPTIONS);
        const order = orderOf(boxes);
        const here = { scale: s, minX: -0.5, maxX: 0.5, minY: -0.5, maxY: 0.5 };
        const there = { ...here, minX: here.minX + by, maxX: here.maxX + by };
        const now = labelsIn(boxes, placed, there, order, null, 999);
        const sight = (i: number) => {
          const { x, width } = boxes[i]!;
          const w = width / 2 / s;
          return x + w >= there.minX && x - w <= there.maxX;
        };
        for (const i of labelsIn(boxes, placed, here, order, null, 999))
          expect(now.includes(i)).toBe(sight(i));
      }),
    );
  });

  test("always shows the chosen one, and nothing that it touches", () => {
    fc.assert(
      fc.property(forest, scale, fc.nat(), (boxes, s, n) => {
        const chosen = n % boxes.length;
        const placed = placeLabels(boxes, OPTIONS);
        const found = labelsIn(boxes, placed, { scale: s, ...all }, orderOf(boxes), chosen);
        expect(found[0]).toBe(chosen);
        for (const i of found.slice(1)) expect(touch(boxes, placed.y, i, chosen, s)).toBe(false);
      }),
    );
  });

  test("keeps the highest where there are too many", () => {
    fc.assert(
      fc.property(forest, scale, fc.integer({ min: 1, max: 5 }), (boxes, s, cap) => {
        const placed = placeLabels(boxes, OPTIONS);
        const order = orderOf(boxes);
        const view = { scale: s, ...all };
        const found = labelsIn(boxes, placed, view, order, null, cap);
        expect(found).toEqual(labelsIn(boxes, placed, view, order, null, 999).slice(0, cap));
      }),
    );
  });
});

describe("10,000 clusters", () => {
  const boxes = grid(100, 100);

  test("are placed once quickly, and picked for a view in no time", () => {
    placeLabels(boxes, OPTIONS); // warm
    const start = performance.now();
    const placed = placeLabels(boxes, OPTIONS);
    const order = orderOf(boxes);
    const once = performance.now() - start;
    const view = { scale: 900, minX: -0.5, minY: -0.5, maxX: 0.5, maxY: 0.5 };
    labelsIn(boxes, placed, view, order, 7);
    const again = performance.now();
    for (let i = 0; i < 20; i++) labelsIn(boxes, placed, view, order, 7);
    const each = (performance.now() - again) / 20;
    // Ten times what it takes on a small machine: a guard against a wrong order of growth.
    expect(once).toBeLessThan(1500);
    expect(each).toBeLessThan(20);
  });
});

/** `tops` areas of `parts` base clusters each. */
function grid(tops: number, parts: number): LabelBox[] {
  const boxes: LabelBox[] = [];
  const side = Math.ceil(Math.sqrt(tops));
  const inner = Math.ceil(Math.sqrt(parts));
  for (let t = 0; t < tops; t++) {
    const x = (2 * (t % side) + 1) / side - 1;
    const y = (2 * Math.floor(t / side) + 1) / side - 1;
    const parent = boxes.length;
    boxes.push(boxOf(x, y, 1 / side, null, parts, 120));
    for (let p = 0; p < parts; p++) {
      const dx = ((2 * (p % inner) + 1) / inner - 1) / side;
      const dy = ((2 * Math.floor(p / inner) + 1) / inner - 1) / side;
      boxes.push(boxOf(x + dx, y + dy, 1 / side / inner, parent, p + 1, 100));
    }
  }
  return boxes;
}

function boxOf(
  x: number,
  y: number,
  radius: number,
  parent: number | null,
  weight: number,
  width: number,
): LabelBox {
  const depth = parent === null ? 0 : 1;
  return { x, y, radius, width, height: 28, parent, depth, weight, leaf: depth === 1 };
}
