import { expect, test } from "vitest";
import { drawScale } from "../../src/map/pictureScale";
import { Tree } from "../../src/model/tree";
import { makeColours } from "../../src/overlay/colours";
import { CLUSTERS, loadedOf } from "../report";
import { measure } from "../screens/loaded";

test("a coloured map is saved with its scale and what grey is", () => {
  const tree = new Tree({
    ...CLUSTERS,
    measures: [measure("refused", [null, 0.2, 0.4, null])],
  });
  const { legend } = makeColours(loadedOf({ tree }), { kind: "measure", key: "refused" }, "light");
  if (legend.kind !== "scale") throw new Error("no scale");
  const written: string[] = [];
  const stops: string[] = [];
  const context = {
    createLinearGradient: () => ({
      addColorStop: (_: number, colour: string) => stops.push(colour),
    }),
    fillRect: () => undefined,
    fillText: (text: string) => written.push(text),
  } as unknown as CanvasRenderingContext2D;
  drawScale(context, legend, [0, 0], { color: "black", family: "serif" });
  expect(new Set(stops).size).toBeGreaterThan(20);
  expect(written.slice(0, -1)).toEqual(legend.scale.ticks.map(({ label }) => label));
  expect(written.at(-1)).toBe("Grey: not shown.");
});
