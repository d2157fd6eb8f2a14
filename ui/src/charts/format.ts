// Numbers as people read them. One place, so that a share reads the same everywhere.
import type { Measure } from "../api/types";

export const NOT_SHOWN = "not shown";
export const NOT_SHOWN_WHY =
  "too few people, or taken back so that no difference gives another away";

const NBSP = "\u00a0";
const THOUSANDS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a", "a and b", "a, b and c". */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** 12340 as "12,340". */
export function count(n: number): string {
  return THOUSANDS.format(n);
}

/** 12340 as "12k", where there is no room. */
export function shortCount(n: number): string {
  if (n < 10_000) return count(n);
  if (n < 999_500) return `${Math.round(n / 1000)}k`;
  return `${(n / 1e6).toFixed(n < 9.95e6 ? 1 : 0)}m`;
}

/** 0.1234 as "12.3 %": one digit after the point, two where one would say 0.0. */
export function percent(share: number): string {
  return `${percentDigits(share)}${NBSP}%`;
}

function percentDigits(share: number): string {
  const value = 100 * share;
  if (value === 0 || value >= 99.95) return value.toFixed(0);
  if (Math.abs(value) >= 0.095) return even(value).toFixed(1);
  if (Math.abs(value) >= 0.0095) return value.toFixed(2);
  return value > 0 ? "<0.01" : value.toFixed(2);
}

/**
 * Shares come with four digits, so that 1.25 may have been a little more or less: an even last digit,
 * as every export has it, and never one number here and another there.
 */
function even(value: number): number {
  return Math.abs(value) % 1 === 0.25 ? value - 0.01 * Math.sign(value) : value;
}

/** Ticks of an axis: 0.1 as "10 %", 0.025 as "2.5 %". */
export function percentTick(share: number): string {
  return `${Number((100 * share).toFixed(2))}${NBSP}%`;
}

/** A share that may not be shown. */
export function share(value: number | null | undefined): string {
  return value == null ? NOT_SHOWN : percent(value);
}

/** "95 % interval 3.0 % to 6.0 %". */
export function interval(low: number | null, high: number | null): string {
  if (low === null || high === null) return "no interval";
  return `95${NBSP}% interval ${range(low, high)}`;
}

/** "3.0 % to 6.0 %". */
export function range(low: number, high: number): string {
  return `${percent(low)} to ${percent(high)}`;
}

/** 2.134 as "2.1", 0.4567 as "0.46", 14.2 as "14". */
export function ratio(value: number): string {
  if (value >= 9.95) return count(value);
  if (value >= 0.995) return value.toFixed(1);
  return value >= 0.0095 ? value.toFixed(2) : "<0.01";
}

/** A measure's value: "12.3 %", "2.1×", or an amount with the digits that tell. */
export function measureWords(scale: Measure["scale"], value: number): string {
  if (scale === "share") return percent(value);
  if (scale === "ratio") return `${ratio(value)}×`;
  if (Math.abs(value) >= 100) return count(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 9.95 ? 2 : 1);
}

/** "1.4 to 3.0"; empty where there is no interval. */
export function ratioRange(low: number | null, high: number | null): string {
  return low === null || high === null ? "" : `${ratio(low)} to ${ratio(high)}`;
}

/** "2.1 times as often as elsewhere (1.4 to 3.0)". */
export function ratioInWords(
  value: number,
  low: number | null,
  high: number | null,
  than = "elsewhere",
): string {
  const within = ratioRange(low, high);
  const about = value > 0.95 && value < 1.05 ? "about" : `${ratio(value)} times`;
  return `${about} as often as ${than}${within && ` (${within})`}`;
}

/** "1 person", "1,240 people". */
export function units(n: number, unit: readonly [string, string]): string {
  return `${count(n)} ${n === 1 ? unit[0] : unit[1]}`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** "2026-08" as "Aug 2026", "2026-W09" as "week 9, 2026"; anything else as it is. */
export function windowName(window: string): string {
  const [year, part] = splitWindow(window);
  if (part === null) return window;
  return part.startsWith("W") ? `week ${Number(part.slice(1))}, ${year}` : `${month(part)} ${year}`;
}

/** "Aug 2026", "Aug 2026 to Oct 2026". */
export function spanName(from: string, to: string): string {
  return from === to ? windowName(from) : `${windowName(from)} to ${windowName(to)}`;
}

/** The short name under an axis: "Aug", "9". */
export function windowTick(window: string): string {
  const [, part] = splitWindow(window);
  if (part === null) return window;
  return part.startsWith("W") ? part : month(part);
}

export function windowYear(window: string): string {
  return splitWindow(window)[1] === null ? "" : window.slice(0, 4);
}

function splitWindow(window: string): [string, string | null] {
  const found = /^(\d{4})-(W\d{2}|(?:0[1-9]|1[0-2]))$/.exec(window);
  return found ? [found[1]!, found[2]!] : [window, null];
}

function month(part: string): string {
  return MONTHS[Number(part) - 1]!;
}
