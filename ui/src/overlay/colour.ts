// Colours as numbers, mixed where equal steps look equal (OKLab).

export type Rgb = readonly [number, number, number];
type Lab = readonly [number, number, number];

export function fromHex(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

export function toCss([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

/** Lightness 0..1, chroma from 0 to about 0.3, hue in degrees. */
export function fromLch(lightness: number, chroma: number, hue: number): Rgb {
  const angle = (hue * Math.PI) / 180;
  return toRgb([lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)]);
}

export function toLch(colour: Rgb): [number, number, number] {
  const [l, a, b] = labOf(colour);
  return [l, Math.hypot(a, b), (Math.atan2(b, a) * 180) / Math.PI];
}

export function mix(from: Rgb, to: Rgb, t: number): Rgb {
  if (t === 0) return from;
  const [a, b] = [toLab(from), toLab(to)];
  return toRgb([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]);
}

/** A smooth way through colours, t from 0 to 1. */
export function ramp(stops: readonly Rgb[]): (t: number) => Rgb {
  return table((t) => {
    const at = t * (stops.length - 1);
    const k = Math.min(stops.length - 2, Math.floor(at));
    return mix(stops[k]!, stops[k + 1]!, at - k);
  });
}

/** Colours that are worked out once: more steps than anybody sees apart. */
export function table(colour: (t: number) => Rgb, steps = 255): (t: number) => Rgb {
  const known = Array.from({ length: steps + 1 }, (_, i) => colour(i / steps));
  return (t) => known[Math.round(steps * Math.min(1, Math.max(0, t)))]!;
}

/** Bytes as light. */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const v = byte / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** Scales have few colours and a map mixes each of them thousands of times. */
const labs = new WeakMap<Rgb, Lab>();

function toLab(colour: Rgb): Lab {
  const known = labs.get(colour);
  if (known) return known;
  const lab = labOf(colour);
  labs.set(colour, lab);
  return lab;
}

function labOf(colour: Rgb): Lab {
  const [r, g, b] = [LINEAR[colour[0]]!, LINEAR[colour[1]]!, LINEAR[colour[2]]!];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function toRgb([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toByte(linear: number): number {
  const v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, v)));
}
