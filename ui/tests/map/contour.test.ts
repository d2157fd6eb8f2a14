import { expect, test } from "vitest";
import { contour, type Field } from "../../src/map/contour";

function hill(centres: readonly (readonly [number, number])[], width = 40, height = 30): Field {
  const values = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++)
      for (const [cx, cy] of centres)
        values[y * width + x]! += Math.max(0, 1 - Math.hypot(x - cx, y - cy) / 7);
  return { values, width, height };
}

test("one hill has one closed shore at the right distance", () => {
  const rings = contour(hill([[20, 15]]), 0.5);
  expect(rings).toHaveLength(1);
  const ring = rings[0]!;
  for (let i = 0; i < ring.length; i += 2) {
    expect(Math.hypot(ring[i]! - 20, ring[i + 1]! - 15)).toBeGreaterThan(3);
    expect(Math.hypot(ring[i]! - 20, ring[i + 1]! - 15)).toBeLessThan(4);
  }
});

test("consecutive points of a ring are neighbours, the last and the first too", () => {
  const [ring] = contour(hill([[20, 15]]), 0.3);
  const n = ring!.length / 2;
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n;
    const far = Math.hypot(ring![2 * i]! - ring![2 * j]!, ring![2 * i + 1]! - ring![2 * j + 1]!);
    expect(far).toBeLessThan(1.5);
  }
});

test("two hills are two islands, or one where they meet", () => {
  const far = hill([
    [10, 15],
    [29, 15],
  ]);
  expect(contour(far, 0.3)).toHaveLength(2);
  const near = hill([
    [15, 15],
    [23, 15],
  ]);
  expect(contour(near, 0.3)).toHaveLength(1);
});

test("nothing rises where the level is above all", () => {
  expect(contour(hill([[20, 15]]), 2)).toEqual([]);
});
