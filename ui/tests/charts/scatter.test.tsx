import { scaleLinear } from "d3-scale";
import fc from "fast-check";
import { act } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cornerLabels } from "../../src/charts/corners";
import { pictureOf } from "../../src/charts/picture";
import { ScatterChart } from "../../src/charts/ScatterChart";
import { PAD, type Spot, spotAt } from "../../src/charts/scatter";
import type { ScatterPoint } from "../../src/charts/types";
import { press, shown } from "../shown";

const CORNERS = {
  topLeft: "Possible over-refusal",
  topRight: "Both high",
  bottomLeft: "Both low",
  bottomRight: "Possible under-refusal",
};

describe("names of corners", () => {
  const [width, height] = [640, 400];
  const [left, right] = [PAD.left, width - PAD.right];
  const [top, floor] = [PAD.top, height - PAD.bottom];
  const plot = {
    width,
    height,
    x: scaleLinear().domain([0, 1]).range([left, right]),
    y: scaleLinear().domain([0, 1]).range([floor, top]),
  };
  const reach = ({ text, x, anchor }: ReturnType<typeof cornerLabels>[number]) => {
    const wide = 5.8 * text.length; // as the browser sets it
    return anchor === "start" ? [x, x + wide] : [x - wide, x];
  };

  test("stand in their corners where there is room", () => {
    const labels = cornerLabels(CORNERS, plot, { split: 0.5 }, { split: 0.5 });
    expect(labels.map(({ text }) => text)).toEqual(Object.values(CORNERS));
  });

  test("never cross the line between two halves", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (across, up) => {
        for (const label of cornerLabels(CORNERS, plot, { split: across }, { split: up })) {
          const [from, to] = reach(label) as [number, number];
          expect(from < plot.x(across) && to > plot.x(across)).toBe(false);
          const line = plot.y(up);
          expect(label.y - 9 < line && label.y > line).toBe(false);
        }
      }),
    );
  });

  test("an arrow leads to a corner that is too small", () => {
    const narrow = cornerLabels(CORNERS, plot, { split: 0.05 }, { split: 0.01 });
    expect(narrow.map(({ text }) => text)).toEqual([
      "← Possible over-refusal",
      "Both high",
      "↙ Both low",
      "Possible under-refusal ↓",
    ]);
  });

  test("without lines they stand in the corners, and absent ones nowhere", () => {
    expect(cornerLabels({ topLeft: "", bottomRight: "b" }, plot, {}, {})).toEqual([
      { text: "b", x: right - 6, y: floor - 8, anchor: "end" },
    ]);
  });
});

describe("thousands of points", () => {
  const axis = { title: "X", format: (value: number) => String(value) };
  const many = Array.from(
    { length: 2000 },
    (_, n): ScatterPoint => ({
      ...{ key: `p${n}`, label: `point ${n}`, x: n % 50, y: Math.floor(n / 50) },
      ...{ xLow: null, xHigh: null, yLow: null, yHigh: null, size: n === 0 ? 90 : 10 },
    }),
  );
  const copied = vi.fn();
  const ink = { drawImage: copied, arc() {}, fill() {}, stroke() {} };
  beforeEach(() => {
    copied.mockClear();
    const context = ink as unknown as CanvasRenderingContext2D;
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context);
    vi.spyOn(HTMLCanvasElement.prototype, "toDataURL").mockReturnValue("data:image/png;base64,AA");
  });
  afterEach(() => vi.restoreAllMocks());
  const painted = () => act(() => new Promise<void>((done) => requestAnimationFrame(() => done())));

  test("are painted once each, with an element only where somebody is", async () => {
    const box = await shown(<ScatterChart points={many} x={axis} y={axis} />);
    await painted();
    expect(copied).toHaveBeenCalledTimes(2000);
    expect(box.querySelectorAll("[role='button']")).toHaveLength(1);
    expect(box.querySelector("svg")?.getAttribute("aria-label")).toContain("2,000 points");
  });

  test("arrow keys walk from one to the next and Enter selects", async () => {
    const onSelect = vi.fn();
    const box = await shown(
      <ScatterChart points={many} x={axis} y={axis} selected="p0" onSelect={onSelect} />,
    );
    await act(async () => box.querySelector<SVGGElement>("[tabindex='0']")?.focus());
    await press("ArrowRight");
    expect(document.activeElement?.getAttribute("aria-label")).toContain("point 1:");
    await press("ArrowUp");
    expect(document.activeElement?.getAttribute("aria-label")).toContain("point 51:");
    await press("Enter");
    expect(onSelect).toHaveBeenCalledWith("p51");
    expect(box.querySelectorAll("[tabindex='0']")).toHaveLength(1);
  });

  test("a press selects the one under it, once", async () => {
    const onSelect = vi.fn();
    const box = await shown(<ScatterChart points={many} x={axis} y={axis} onSelect={onSelect} />);
    const at = box.querySelector("circle")!; // of the largest
    const [clientX, clientY] = [Number(at.getAttribute("cx")), Number(at.getAttribute("cy"))];
    const event = new MouseEvent("click", { bubbles: true, clientX, clientY });
    await act(async () => box.querySelector("svg")?.dispatchEvent(event));
    expect(onSelect.mock.calls).toEqual([["p0"]]);
  });

  test("stay in a downloaded drawing", async () => {
    const box = await shown(<ScatterChart points={many} x={axis} y={axis} />);
    const { svg } = pictureOf(box, "Title", "");
    expect(svg).toContain('href="data:image/png;base64,AA"');
    expect(svg).not.toContain("canvas");
  });
});

test("of points that cover each other the topmost one is under the mouse", () => {
  const spot = (x: number, r: number): Spot => ({ point: {} as ScatterPoint, x, y: 0, r });
  const spots = [spot(0, 10), spot(3, 2)];
  expect(spotAt(spots, 3, 0)).toBe(spots[1]);
  expect(spotAt(spots, -8, 0)).toBe(spots[0]);
  expect(spotAt(spots, 40, 0)).toBeNull();
});
