// Two groups of people side by side, topic by topic.
import { type Counts, notable, type Ratio, ratioOf } from "../../model/stats";
import { termsOf } from "../../model/terms";
import type { Loaded } from "../../state/store";
import type { Side } from "../../state/view";
import type { Sides } from "./sides";

/** Released people of one side, by cluster and in the whole report. */
interface Group {
  units: readonly (number | null)[];
  terms: readonly number[];
  whole: number;
  wholeTerms: number;
  design: readonly number[];
}

export interface Compared {
  cluster: number;
  /** Share of the first side's people over that of the second's. */
  ratio: Ratio;
  first: number;
  second: number;
  notable: boolean;
}

export interface Ranking {
  more: readonly Compared[];
  less: readonly Compared[];
  /** Topics at this level, and those that cannot be compared. */
  looked: number;
  untold: number;
}

/** Null: what a side needs is not loaded yet. */
export function rank(loaded: Loaded, [a, b]: Sides, level: number): Ranking | null {
  const first = groupOf(loaded, a);
  const second = b.kind === "rest" ? first && restOf(loaded, first) : groupOf(loaded, b);
  if (!first || !second) return null;
  const clusters = loaded.tree.rows.flatMap((row, i) => (row.level === level ? [i] : []));
  const { sigma, rounding } = loaded.report;
  const ratios = clusters.map((i) => {
    const [here, there] = [countsOf(first, i), countsOf(second, i)];
    return here && there ? ratioOf(here, there, { sigma, rounding }) : null;
  });
  const marks = notable(ratios, clusters.length);
  const found = clusters.flatMap((cluster, n): Compared[] => {
    const ratio = ratios[n];
    if (!ratio) return [];
    return [
      {
        cluster,
        ratio,
        first: first.units[cluster]! / first.whole,
        second: second.units[cluster]! / second.whole,
        notable: marks[n]!,
      },
    ];
  });
  return {
    more: found.filter(({ ratio }) => ratio.ratio >= 1).sort(strongestFirst),
    less: found.filter(({ ratio }) => ratio.ratio < 1).sort(strongestFirst),
    looked: clusters.length,
    untold: clusters.length - found.length,
  };
}

/** What stands out comes first; then by how far from 1. */
function strongestFirst(a: Compared, b: Compared): number {
  const far = ({ ratio }: Compared) => Math.abs(Math.log(ratio.ratio));
  return Number(b.notable) - Number(a.notable) || far(b) - far(a);
}

/** The finest level at which at least half of the topics can be compared; else the broadest. */
export function readableLevel(loaded: Loaded, sides: Sides): number {
  const levels = loaded.report.levels.length;
  for (let level = 0; level < levels - 1; level++) {
    const found = rank(loaded, sides, level);
    if (found && 2 * found.untold <= found.looked) return level;
  }
  return Math.max(0, levels - 1);
}

function countsOf(group: Group, cluster: number): Counts | null {
  const part = group.units[cluster] ?? null;
  if (part === null) return null;
  return {
    part,
    whole: group.whole,
    partTerms: group.terms[cluster]!,
    wholeTerms: group.wholeTerms,
    design: group.design[cluster]!,
  };
}

function groupOf(loaded: Loaded, side: Side): Group | null {
  if (side.kind === "value") return valueGroup(loaded, side.facet, side.value);
  return side.kind === "window" ? windowGroup(loaded, side.window) : null;
}

function valueGroup(loaded: Loaded, facet: string, value: string): Group | null {
  const entry = loaded.report.facets.find(({ name }) => name === facet);
  const column = loaded.facets.get(facet)?.values.find((own) => own.value === value);
  const whole = entry?.base[entry.values.indexOf(value)]?.units ?? null;
  if (!column || whole === null) return null;
  const units: (number | null)[] = loaded.tree.rows.map(() => null);
  column.clusters.forEach((cluster, n) => {
    units[cluster] = column.units[n] ?? null;
  });
  return made(loaded, units, whole);
}

function windowGroup(loaded: Loaded, window: string): Group | null {
  const { series, tree } = loaded;
  const at = series.windows.indexOf(window);
  const units: (number | null)[] = tree.rows.map(() => null);
  let whole: number | null = null;
  for (const own of series.series) {
    if (own.facet) continue;
    if (own.cluster === null) whole = own.units[at] ?? null;
    else units[own.cluster] = own.units[at] ?? null;
  }
  return whole === null ? null : made(loaded, units, whole);
}

function made(loaded: Loaded, units: readonly (number | null)[], whole: number): Group {
  const terms = termsOf(loaded.tree, units);
  const design = loaded.tree.rows.map((row) => row.design);
  return { units, terms: terms.clusters, whole, wholeTerms: terms.whole, design };
}

/** Everybody in a topic who is not of the group: a difference of two noisy numbers. */
function restOf(loaded: Loaded, group: Group): Group {
  const { report, tree } = loaded;
  const all = termsOf(
    tree,
    tree.rows.map((row) => row.units),
  );
  return {
    units: tree.rows.map((row, i) => {
      const part = group.units[i] ?? null;
      return part === null ? null : row.units - part;
    }),
    terms: group.terms.map((own, i) => own + all.clusters[i]!),
    whole: report.units - group.whole,
    wholeTerms: group.wholeTerms + all.whole,
    design: group.design,
  };
}
