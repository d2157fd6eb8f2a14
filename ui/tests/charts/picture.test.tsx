import { beforeAll, expect, test } from "vitest";
import { stem } from "../../src/charts/download";
import { pictureOf, wrapped } from "../../src/charts/picture";
import { ShareBars } from "../../src/charts/ShareBars";
import { shown } from "../shown";

beforeAll(() => {
  // The test page has no layout: every word stands in the corner.
  Range.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 10, 10);
});

test("a picture stands alone: its title, drawings and hatches, no classes and no controls", async () => {
  const rows = [
    { key: "a", label: "A", value: 0.4, low: 0.3, high: 0.5 },
    { key: "b", label: "B", value: null, low: null, high: null },
  ];
  const box = await shown(
    <div>
      <button type="button">Not drawn</button>
      <ShareBars rows={rows} />
    </div>,
  );
  const { svg } = pictureOf(box, "Shares <& more>", "A note");
  const read = new DOMParser().parseFromString(svg, "image/svg+xml");
  expect(read.querySelector("parsererror")).toBeNull();
  expect(read.querySelector("text")?.textContent).toBe("Shares <& more>");
  expect(svg).not.toContain("Not drawn");
  expect(read.querySelectorAll("[class]")).toHaveLength(0);
  expect(read.querySelector("pattern")?.id).toBeTruthy();
});

test("notes break between words, files have plain names", () => {
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("", 7)).toEqual([]);
  expect(stem("Language in “Cooking/recipes”")).toBe("language-in-cooking-recipes");
  expect(stem("…")).toBe("chart");
});
