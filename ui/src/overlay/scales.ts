// From numbers to colours. Light ground: more is darker; dark ground: more is brighter.
import { extent, ticks } from "d3-array";
import { interpolateViridis } from "d3-scale-chromatic";
import { percentTick } from "../charts/format";
import type { Theme } from "../state/theme";
import { fromHex, fromLch, type Rgb, ramp, table } from "./colour";

export interface Tick {
  /** Where on the scale, 0 to 1. */
  at: number;
  label: string;
}

export interface Scale {
  colour(value: number): Rgb;
  /** Where a value lies on the scale, 0 to 1. */
  place(value: number): number;
  at(t: number): Rgb;
  ticks: readonly Tick[];
}

/** What a colour fades to where little is known, by theme. */
export const NEUTRAL: Record<Theme, Rgb> = {
  light: fromHex("#c3c0b7"),
  dark: fromHex("#565962"),
};

/** Not shown. */
export const UNTOLD: Record<Theme, Rgb> = {
  light: fromHex("#d3d0c8"),
  dark: fromHex("#40434b"),
};

const CLIP = 3; // powers of two either way

const SHARES: Record<Theme, (t: number) => Rgb> = {
  // The pale end of the ramp is lost on paper, the dark end in the night.
  light: table((t) => fromHex(interpolateViridis(0.9 - 0.86 * t))),
  dark: table((t) => fromHex(interpolateViridis(0.15 + 0.85 * t))),
};

const RATIOS: Record<Theme, (t: number) => Rgb> = {
  light: ramp(["#4b2a86", "#8073ac", "#bbb7ad", "#e08214", "#a34a00"].map(fromHex)),
  dark: ramp(["#b39df5", "#8371b8", "#4d5058", "#d98a2b", "#ffc069"].map(fromHex)),
};

/** Shares from 0 to a round number that most values stay below. */
export function shareScale(values: readonly number[], base: number | null, theme: Theme): Scale {
  const most = Math.min(1, roundUp(Math.max(high(values), 1.25 * (base ?? 0), 0.01)));
  const place = (value: number) => clamp(value / most);
  return {
    place,
    at: SHARES[theme],
    colour: (value) => SHARES[theme](place(value)),
    ticks: ticks(0, most, 3).map((value) => ({ at: value / most, label: percentTick(value) })),
  };
}

/** Ratios, centred on 1; an eighth and eight times are the ends. */
export function ratioScale(theme: Theme): Scale {
  const place = (value: number) => clamp(0.5 + Math.log2(Math.max(value, 1e-6)) / (2 * CLIP));
  const labels = ["⅛×", "¼×", "½×", "as usual", "2×", "4×", "8×"];
  return {
    place,
    at: RATIOS[theme],
    colour: (value) => RATIOS[theme](place(value)),
    ticks: labels.map((label, i) => ({ at: i / (labels.length - 1), label })),
  };
}

/** Amounts in one hue, from the smallest to the largest that is there. */
export function amountScale(values: readonly number[], hue: number, theme: Theme): Scale {
  const [least = 0, most = 1] = extent(values);
  const room = most - least || 1;
  const place = (value: number) => clamp((value - least) / room);
  const at = table((t) =>
    theme === "dark"
      ? fromLch(0.36 + 0.48 * t, 0.05 + 0.1 * t, hue)
      : fromLch(0.86 - 0.44 * t, 0.05 + 0.1 * t, hue),
  );
  return {
    place,
    at,
    colour: (value) => at(place(value)),
    ticks: ticks(least, most, 3).map((value) => ({
      at: (value - least) / room,
      label: String(Number(value.toPrecision(3))),
    })),
  };
}

/** The value that all but a few stay below. */
function high(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(0.98 * sorted.length))] ?? 0;
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((s) => s * power >= value - 1e-12) ?? 10;
  return step * power;
}

function clamp(t: number): number {
  return Math.min(1, Math.max(0, t));
}
