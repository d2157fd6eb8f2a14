import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  between,
  bounded,
  extentOf,
  frame,
  pan,
  project,
  unproject,
  zoomAt,
} from "../../src/map/camera";

const at = fc.double({ min: -1, max: 1, noNaN: true });
const camera = fc.record({ x: at, y: at, zoom: fc.double({ min: 0.5, max: 60, noNaN: true }) });
const size = fc.record({
  width: fc.integer({ min: 200, max: 3000 }),
  height: fc.integer({ min: 200, max: 2000 }),
});
const pixel = fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2000 }));

describe("camera", () => {
  test("a pixel is where its place is drawn", () => {
    fc.assert(
      fc.property(camera, size, pixel, (c, s, [px, py]) => {
        const [qx, qy] = project(c, s, ...unproject(c, s, px, py));
        expect(qx).toBeCloseTo(px, 5);
        expect(qy).toBeCloseTo(py, 5);
      }),
    );
  });

  test("up is up", () => {
    const s = { width: 400, height: 400 };
    expect(project({ x: 0, y: 0, zoom: 1 }, s, 0, 1)).toEqual([200, 0]);
  });

  test("zooming keeps what is under the mouse, panning moves it along", () => {
    fc.assert(
      fc.property(
        camera,
        size,
        pixel,
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (c, s, p, by) => {
          const place = unproject(c, s, ...p);
          const zoomed = project(zoomAt(c, s, ...p, by), s, ...place);
          expect(zoomed[0]).toBeCloseTo(p[0], 4);
          expect(zoomed[1]).toBeCloseTo(p[1], 4);
          const moved = project(pan(c, s, 30, -20), s, ...place);
          expect(moved[0]).toBeCloseTo(p[0] + 30, 4);
          expect(moved[1]).toBeCloseTo(p[1] - 20, 4);
        },
      ),
    );
  });

  test("a frame holds the whole box within its margins", () => {
    const margin = { top: 10, right: 20, bottom: 30, left: 60 };
    fc.assert(
      fc.property(size, at, at, fc.double({ min: 0.01, max: 1, noNaN: true }), (s, x, y, r) => {
        const box = extentOf([{ x, y, radius: r }]);
        const c = frame(box, s, margin);
        const [left, top] = project(c, s, box.minX, box.maxY);
        const [right, bottom] = project(c, s, box.maxX, box.minY);
        expect(left).toBeGreaterThanOrEqual(margin.left - 1e-3);
        expect(top).toBeGreaterThanOrEqual(margin.top - 1e-3);
        expect(right).toBeLessThanOrEqual(s.width - margin.right + 1e-3);
        expect(bottom).toBeLessThanOrEqual(s.height - margin.bottom + 1e-3);
      }),
    );
  });

  test("a flight starts here, ends there, and stays finite", () => {
    fc.assert(
      fc.property(camera, camera, (from, to) => {
        const start = between(from, to, 0);
        const end = between(from, to, 1);
        for (const key of ["x", "y", "zoom"] as const) {
          expect(start[key]).toBeCloseTo(from[key], 6);
          expect(end[key]).toBeCloseTo(to[key], 6);
          expect(Number.isFinite(between(from, to, 0.4)[key])).toBe(true);
        }
      }),
    );
  });

  test("one cannot lose the map", () => {
    const box = { minX: -1, minY: -1, maxX: 1, maxY: 1 };
    expect(bounded({ x: 9, y: -9, zoom: 1e9 }, box, [0.5, 40])).toEqual({ x: 1, y: -1, zoom: 40 });
  });

  test("an empty report has an extent", () => {
    expect(extentOf([])).toEqual({ minX: -1, minY: -1, maxX: 1, maxY: 1 });
  });
});
