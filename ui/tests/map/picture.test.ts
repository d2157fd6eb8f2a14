import { expect, test } from "vitest";
import { drawScale } from "../../src/map/pictureScale";
import { Tree } from "../../src/model/tree";
import { makeColours } from "../../src/overlay/colours";
import { CLUSTERS, loadedOf } from "../report";
import { measure } from "../screens/loaded";

/** What is written under a picture of a width: words, place and the room that they have. */
function under(values: (number | null)[], width: number) {
  const tree = new Tree({
    ...CLUSTERS,
    measures: [measure("refused", values)],
  });
  const { legend } = makeColours(loadedOf({ tree }), { kind: "measure", key: "refused" }, "light");
  if (legend.kind !== "scale") throw new Error("no scale");
  const written: [text: string, x: number, y: number, most?: number][] = [];
  const stops: string[] = [];
  const context = {
    createLinearGradient: () => ({
      addColorStop: (_: number, colour: string) => stops.push(colour),
    }),
    fillRect: () => undefined,
    fillText: (...own: (typeof written)[number]) => written.push(own),
  } as unknown as CanvasRenderingContext2D;
  drawScale(context, legend, [14, 0], width, { color: "black", family: "serif" });
  return { stops, written, ticks: legend.scale.ticks.map(({ label }) => label) };
}

test("a coloured map is saved with its scale and what grey is", () => {
  const { stops, written, ticks } = under([null, 0.2, 0.4, null], 1200);
  expect(new Set(stops).size).toBeGreaterThan(20);
  expect(written.map(([text]) => text)).toEqual([...ticks, "Grey: not shown."]);
});

test("on a narrow picture what paler and grey are stays within its edge", () => {
  const said = under([0.3, null, 0.4, null], 400).written.slice(-2);
  expect(said.map(([text]) => text.split(":")[0])).toEqual(["Paler", "Grey"]);
  for (const [, x, , most] of said) expect(x + most!).toBe(400 - 14);
  expect(said[0]![2]).toBeLessThan(said[1]![2]);
});
