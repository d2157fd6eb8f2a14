// The map as a picture file: ground, dots, names and a line that says what it is.
import type { Colours } from "../overlay/colours";
import { drawScale, EDGE, SCALE_ROOM } from "./pictureScale";
import type { MapScene } from "./scene";

const FOOT = 34; // pixels below the map

export async function takePicture(
  scene: MapScene,
  about: string,
  legend: Colours["legend"],
): Promise<Blob> {
  const scale = legend.kind === "scale" ? legend : null;
  const foot = FOOT + (scale ? SCALE_ROOM : 0);
  const { size } = scene.shown();
  const ratio = Math.max(2, devicePixelRatio || 1);
  const canvas = document.createElement("canvas");
  canvas.width = size.width * ratio;
  canvas.height = (size.height + foot) * ratio;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no canvas.");
  context.scale(ratio, ratio);
  context.fillStyle = scene.background;
  context.fillRect(0, 0, size.width, size.height + foot);
  for (const layer of scene.layers()) context.drawImage(layer, 0, 0, size.width, size.height);
  const names = scene.host.parentElement?.querySelectorAll<HTMLElement>("[data-label]") ?? [];
  for (const name of names) writeLabel(context, name, scene);
  const page = getComputedStyle(document.body);
  if (scale)
    drawScale(context, scale, [EDGE, size.height + 10], size.width, {
      color: page.color,
      family: page.fontFamily,
    });
  context.fillStyle = page.color;
  context.font = `12px ${page.fontFamily}`;
  context.textAlign = "start";
  context.textBaseline = "middle";
  const line = `${about} Dots are drawn from the sizes of topics; their places are made up.`;
  context.fillText(line, EDGE, size.height + foot - FOOT / 2, size.width - 2 * EDGE);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("No picture.")))),
  );
}

function writeLabel(context: CanvasRenderingContext2D, label: HTMLElement, scene: MapScene): void {
  const box = label.getBoundingClientRect();
  const host = scene.host.getBoundingClientRect();
  const style = getComputedStyle(label);
  const lines = (label.textContent ?? "").split("\n");
  const height = Number.parseFloat(style.lineHeight);
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const x = box.left + box.width / 2 - host.left;
  const middle = box.top + box.height / 2 - host.top;
  lines.forEach((line, i) => {
    const y = middle + (i - (lines.length - 1) / 2) * height;
    context.strokeStyle = scene.background;
    context.lineWidth = 4;
    context.strokeText(line, x, y);
    context.fillStyle = style.color;
    context.fillText(line, x, y);
  });
}
