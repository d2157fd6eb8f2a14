import fc from "fast-check";
import { act } from "react";
import { describe, expect, test, vi } from "vitest";
import { nearestIn } from "../../src/charts/neighbours";
import { ScatterChart } from "../../src/charts/ScatterChart";
import { SeriesChart } from "../../src/charts/SeriesChart";
import { seriesColumns, seriesPoints } from "../../src/charts/seriesColumns";
import type { ScatterPoint, SeriesLine } from "../../src/charts/types";
import { press, shown } from "../shown";

const windows = ["2026-01", "2026-02", "2026-03", "2026-04"];
const partial = [true, false, false, false];
const own: SeriesLine = {
  label: "all people",
  units: [10, 20, null, 30],
  share: [0.1, 0.2, null, 0.3],
  low: [0.05, 0.1, null, 0.2],
  high: [0.2, 0.3, null, 0.4],
};

describe("SeriesChart", () => {
  test("a gap is hatched and no line runs through it", async () => {
    const box = await shown(<SeriesChart windows={windows} partial={partial} own={own} />);
    expect(box.querySelectorAll("rect[fill^='url(']")).toHaveLength(1);
    expect(box.querySelectorAll("circle")).toHaveLength(3);
    const dashed = [...box.querySelectorAll("line[stroke-dasharray]")];
    expect(dashed).toHaveLength(1); // January, which may be incomplete, to February
    expect(box.innerHTML).not.toContain("NaN");
  });

  test("one window, or none that is told, is drawn without a failure", async () => {
    const none = { label: "x", units: [null], share: [null], low: [null], high: [null] };
    const box = await shown(<SeriesChart windows={["2026-01"]} partial={[true]} own={none} />);
    expect(box.innerHTML).not.toContain("NaN");
    expect(box.querySelector("svg")?.getAttribute("aria-label")).toContain("0 of 1");
  });

  test("the table tells gaps and incomplete windows in words", () => {
    const columns = seriesColumns("people");
    const table = seriesPoints(windows, partial, own).map((row) => columns.map((c) => c.cell(row)));
    expect(table[0]?.[0]).toBe("Jan 2026 (may be incomplete)");
    expect(table[2]?.slice(1)).toEqual(["not shown", "not shown", ""]);
  });
});

function point(key: string, x: number, y: number, size = 10): ScatterPoint {
  return { key, label: key, x, y, xLow: x, xHigh: x, yLow: y, yHigh: y, size };
}

describe("ScatterChart", () => {
  const axis = { title: "X", format: (value: number) => String(value) };
  const points = [point("left", 0, 1), point("right", 2, 1), point("top", 1, 4, 20)];

  test("arrow keys walk, Enter selects", async () => {
    const onSelect = vi.fn();
    const box = await shown(<ScatterChart points={points} x={axis} y={axis} onSelect={onSelect} />);
    const stops = [...box.querySelectorAll<SVGGElement>("[role='button'][tabindex='0']")];
    expect(stops).toHaveLength(1);
    await act(async () => stops[0]?.focus());
    expect(document.activeElement?.getAttribute("aria-label")).toContain("top");
    await press("ArrowDown");
    await press("ArrowRight");
    expect(document.activeElement?.getAttribute("aria-label")).toContain("right");
    await press("Enter");
    expect(onSelect).toHaveBeenCalledWith("right");
  });

  test("no points, and points on one spot", async () => {
    const box = await shown(<ScatterChart points={[]} x={axis} y={axis} />);
    expect(box.innerHTML).not.toContain("NaN");
    const twins = await shown(
      <ScatterChart points={[point("a", 1, 1), point("b", 1, 1)]} x={axis} y={axis} />,
    );
    expect(twins.querySelectorAll("[role='button']")).toHaveLength(2);
  });

  test("every step leads the way that was pressed", () => {
    const spot = fc.record({
      x: fc.integer({ min: 0, max: 50 }),
      y: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(spot, { minLength: 2, maxLength: 30, selector: (s) => `${s.x},${s.y}` }),
        (spots) => {
          for (const way of [
            [1, 0],
            [-1, 0],
            [0, 1],
            [0, -1],
          ] as const) {
            const next = nearestIn(spots, 0, way);
            if (next === null) continue;
            const ahead =
              (spots[next]!.x - spots[0]!.x) * way[0] + (spots[next]!.y - spots[0]!.y) * way[1];
            expect(ahead).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
