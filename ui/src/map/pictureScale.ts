// The scale of the colours under a saved map: without it a coloured picture says nothing.
import { NOT_SHOWN } from "../charts/format";
import { toCss } from "../overlay/colour";
import type { Colours } from "../overlay/colours";

export const SCALE_ROOM = 34; // pixels

export const EDGE = 14; // left free beside what is written

const BAR = { width: 220, height: 10 };
const STOPS = 24;

type ScaleLegend = Extract<Colours["legend"], { kind: "scale" }>;

/** Draws the bar, its ticks and what grey and paler dots are; `ink` is the page's own. A narrow
 * picture squeezes these words: they would be cut at its edge. */
export function drawScale(
  context: CanvasRenderingContext2D,
  { scale, none, above }: ScaleLegend,
  [left, top]: readonly [number, number],
  width: number,
  ink: { color: string; family: string },
): void {
  const ramp = context.createLinearGradient(left, 0, left + BAR.width, 0);
  for (let i = 0; i <= STOPS; i++) ramp.addColorStop(i / STOPS, toCss(scale.at(i / STOPS)));
  context.fillStyle = ramp;
  context.fillRect(left, top, BAR.width, BAR.height);
  context.fillStyle = ink.color;
  context.font = `11px ${ink.family}`;
  context.textBaseline = "top";
  for (const { at, label } of scale.ticks) {
    context.textAlign = at < 0.06 ? "start" : at > 0.94 ? "end" : "center";
    context.fillText(label, left + at * BAR.width, top + BAR.height + 4);
  }
  context.textAlign = "start";
  const start = left + BAR.width + 24;
  const said = [
    above > 0 && `Paler: ${NOT_SHOWN}, so in the colour of the area above.`,
    none > 0 && `Grey: ${NOT_SHOWN}.`,
  ];
  said
    .filter((line) => line !== false)
    .forEach((line, i) => {
      context.fillText(line, start, top + i * (BAR.height + 4), width - start - EDGE);
    });
}
