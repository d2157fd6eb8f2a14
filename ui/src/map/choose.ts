// Which of the two layers draws: WebGL2 unless it is missing, done in software, or slow.
import { CpuLayer } from "./cpu";
import type { PointLayer } from "./layer";
import { WebglLayer } from "./webgl";

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** `?renderer=cpu` or `?renderer=webgl` in the address decides; otherwise the machine. */
export function chooseLayer(search: string, onLost: () => void): PointLayer {
  const asked = new URLSearchParams(search).get("renderer");
  if (asked === "cpu") return new CpuLayer();
  try {
    const layer = new WebglLayer(onLost);
    if (asked === "webgl" || !SOFTWARE.test(layer.renderer)) return layer;
    layer.destroy();
  } catch {
    // no WebGL2, or shaders it does not take: the CPU draws
  }
  return new CpuLayer();
}

/** Whether the first frames of a card are too slow to stay with it. */
export function tooSlow(frames: readonly number[]): boolean {
  return frames.length >= 3 && Math.min(...frames) > 120;
}
