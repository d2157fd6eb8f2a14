// What may be compared with what, and what it is called.
import { windowName } from "../../charts/format";
import type { Loaded } from "../../state/store";
import type { Side } from "../../state/view";

export type Sides = readonly [Side, Side];

export interface Option {
  key: string;
  side: Side;
  label: string;
  /** Published share of the people, where there is one. */
  share: number | null;
}

export interface OptionGroup {
  title: string;
  options: readonly Option[];
}

export const REST = "Everybody else";

export function sideKey(side: Side): string {
  if (side.kind === "value") return JSON.stringify([side.facet, side.value]);
  return side.kind === "window" ? `@${side.window}` : side.kind;
}

/** What the first side may be. */
export function firstOptions(loaded: Loaded, other: string | null): OptionGroup[] {
  const { report } = loaded;
  const groups: OptionGroup[] = report.facets.map((facet) => ({
    title: facet.title,
    options: valuesOf(loaded, facet.name),
  }));
  groups.unshift(
    ...(other === null
      ? []
      : [{ title: "Reports", options: [option({ kind: "rest" }, report.title)] }]),
  );
  groups.push({ title: "Time", options: windowsOf(loaded) });
  return groups.filter(({ options }) => options.length > 0);
}

/** What the second side may be, next to the first. */
export function secondOptions(loaded: Loaded, first: Side, other: string | null): OptionGroup[] {
  if (first.kind === "rest" || first.kind === "other")
    return [{ title: "Reports", options: [option({ kind: "other" }, other ?? "")] }];
  const all = first.kind === "window" ? windowsOf(loaded) : valuesOf(loaded, first.facet);
  const others = all.filter(({ key }) => key !== sideKey(first));
  const groups: OptionGroup[] = [];
  if (first.kind === "value")
    groups.push({ title: "All", options: [option({ kind: "rest" }, REST)] });
  const title = first.kind === "window" ? "Time" : titleOf(loaded, first.facet);
  if (others.length) groups.push({ title, options: others });
  return groups;
}

/** The comparison of the address, put in order; null where it makes no sense here. */
export function asked(loaded: Loaded, sides: Sides | null, other: string | null): Sides | null {
  if (!sides) return null;
  const [a, b] = sides;
  const order: Sides =
    (a.kind === "rest" && b.kind === "value") || a.kind === "other" ? [b, a] : sides;
  const [first, second] = order;
  const fits =
    holds(firstOptions(loaded, other), first) && holds(secondOptions(loaded, first, other), second);
  return fits ? order : null;
}

export function holds(groups: readonly OptionGroup[], side: Side): boolean {
  return groups.some(({ options }) => options.some(({ key }) => key === sideKey(side)));
}

/** What to show where nothing was asked: two reports, else a language, else the last two windows. */
export function suggested(loaded: Loaded, other: string | null): Sides | null {
  if (other !== null) return [{ kind: "rest" }, { kind: "other" }];
  const { facets } = loaded.report;
  const ranked = [...facets].sort(
    (a, b) => Number(b.name === "language") - Number(a.name === "language"),
  );
  for (const facet of ranked) {
    // The largest group makes up most of the rest of the report: the second tells more.
    const values = [...valuesOf(loaded, facet.name)].sort(
      (a, b) => (b.share ?? 0) - (a.share ?? 0),
    );
    const pick = values[1] ?? values[0];
    if (pick) return [pick.side, { kind: "rest" }];
  }
  const windows = windowsOf(loaded);
  const [last, before] = [windows.at(-1), windows.at(-2)];
  return last && before ? [last.side, before.side] : null;
}

/** "Spanish", "Aug 2026", "Everybody else". */
export function nameOf(loaded: Loaded, side: Side, other: string | null): string {
  if (side.kind === "value") return valueName(loaded, side.facet, side.value);
  if (side.kind === "window") return windowName(side.window);
  return side.kind === "rest" ? (other === null ? REST : loaded.report.title) : (other ?? "");
}

/** A bare "yes" or "3" says nothing without its facet. */
function valueName(loaded: Loaded, facet: string, value: string): string {
  const entry = loaded.report.facets.find((own) => own.name === facet);
  const bare = entry?.kind === "boolean" || value.length < 4 || /^[\d\s]/.test(value);
  return bare || ["yes", "no", "none", "other", "unclear", "partly"].includes(value)
    ? `${titleOf(loaded, facet)}: ${value}`
    : value;
}

function titleOf(loaded: Loaded, facet: string): string {
  return loaded.report.facets.find((own) => own.name === facet)?.title ?? facet;
}

/** Values with enough people in the whole report; the others could not be compared anywhere. */
function valuesOf(loaded: Loaded, name: string): Option[] {
  const facet = loaded.report.facets.find((own) => own.name === name);
  return (facet?.values ?? []).flatMap((value, i) => {
    const { units = null, share = null } = facet?.base[i] ?? {};
    return units === null
      ? []
      : [{ ...option({ kind: "value", facet: name, value }, value), share }];
  });
}

function windowsOf({ report, series }: Loaded): Option[] {
  const whole = series.series.find((own) => own.cluster === null && !own.facet);
  return series.windows.flatMap((window, n) =>
    whole?.units[n] == null || report.windows.length < 2
      ? []
      : [option({ kind: "window", window }, windowName(window))],
  );
}

function option(side: Side, label: string): Option {
  return { key: sideKey(side), side, label, share: null };
}
