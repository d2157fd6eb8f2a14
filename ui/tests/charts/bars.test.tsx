import { describe, expect, test } from "vitest";
import { ChartFrame } from "../../src/charts/ChartFrame";
import { ratioColumns, shareColumns } from "../../src/charts/columns";
import { RatioPlot } from "../../src/charts/RatioPlot";
import { ShareBars } from "../../src/charts/ShareBars";
import type { RatioRow, ShareRow } from "../../src/charts/types";
import { click, shown } from "../shown";

const rows: ShareRow[] = [
  { key: "en", label: "English", value: 0.5, low: 0.4, high: 0.6, units: 50, base: 0.3 },
  { key: "es", label: "Spanish", value: null, low: null, high: null, units: null },
];
const columns = shareColumns(rows, { label: "Language", units: "people" });

describe("ShareBars", () => {
  test("what is not shown is hatched and said, never a bar", async () => {
    const box = await shown(<ShareBars rows={rows} />);
    const [english, spanish] = box.querySelectorAll("li");
    expect(spanish?.textContent).toContain("not shown");
    expect(spanish?.textContent).not.toMatch(/\d/);
    expect(spanish?.querySelector("pattern")).not.toBeNull();
    expect(english?.textContent?.replaceAll("\u00a0", " ")).toContain(
      "95 % interval 40.0 % to 60.0 %",
    );
    expect(english?.querySelector("pattern")).toBeNull();
  });

  test("the longest interval ends the scale", async () => {
    const box = await shown(<ShareBars rows={rows} />);
    const bar = box.querySelector("li rect");
    expect(Number.parseFloat(bar?.getAttribute("width") ?? "")).toBeCloseTo((100 * 0.5) / 0.6, 1);
  });

  test("what stands out is marked in words", async () => {
    const box = await shown(<ShareBars rows={[{ ...rows[0]!, notable: true }]} />);
    expect(box.textContent).toContain("stands out");
  });
});

describe("RatioPlot", () => {
  const row: RatioRow = { key: "a", label: "A", ratio: 2, low: 1.5, high: 2.5, notable: true };

  test("over lies right of as usual, under left of it", async () => {
    const under = { ...row, key: "b", ratio: 0.5, low: 0.4, high: 0.7 };
    const box = await shown(<RatioPlot rows={[row, under]} />);
    const [over, below] = [...box.querySelectorAll("li circle")].map((dot) =>
      Number.parseFloat(dot.getAttribute("cx") ?? ""),
    );
    expect(over).toBeGreaterThan(50);
    expect(below).toBeLessThan(50);
  });

  test("what is untold is hatched; what lies beyond the axis is an arrow", async () => {
    const none = { ...row, key: "n", ratio: null, low: null, high: null };
    const far = { ...row, key: "f", ratio: 40, low: 20, high: 80 };
    const box = await shown(<RatioPlot rows={[none, far]} />);
    const [first, second] = box.querySelectorAll("li");
    expect(first?.textContent).toContain("not shown");
    expect(first?.querySelector("circle")).toBeNull();
    expect(second?.querySelector("circle")).toBeNull();
    expect(second?.querySelector("path")).not.toBeNull();
    expect(second?.textContent).toContain("40×");
  });

  test("no rows, no failure", async () => {
    const box = await shown(<RatioPlot rows={[]} />);
    expect(box.textContent).toContain("as usual");
    expect(ratioColumns({ label: "Topic", ratio: "Ratio" })).toHaveLength(4);
  });
});

describe("ChartFrame", () => {
  test("shows the same numbers as a table", async () => {
    const box = await shown(
      <ChartFrame title="Languages" rows={rows} columns={columns} file="languages">
        <ShareBars rows={rows} />
      </ChartFrame>,
    );
    expect(box.querySelector("table")).toBeNull();
    await click(box.querySelector("button[aria-label='Languages: as a table']"));
    const cells = [...box.querySelectorAll("tbody tr")].map((line) =>
      [...line.children].map((cell) => cell.textContent?.replaceAll("\u00a0", " ")),
    );
    expect(cells).toEqual([
      ["English", "50.0 %", "40.0 % to 60.0 %", "50", "30.0 %"],
      ["Spanish", "not shown", "", "not shown", ""],
    ]);
    expect(box.querySelectorAll("tbody th[scope='row']")).toHaveLength(2);
  });

  test("a name is text, whatever it looks like", async () => {
    const label = "<img src=x onerror=alert(1)>";
    const box = await shown(<ShareBars rows={[{ ...rows[0]!, label }]} />);
    expect(box.querySelector("img")).toBeNull();
    expect(box.textContent).toContain(label);
  });
});
