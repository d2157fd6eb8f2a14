// The colour of every cluster under the overlay that the address names.
import { useEffect, useMemo } from "react";
import { type Loaded, useStore } from "../state/store";
import { type Theme, useTheme } from "../state/theme";
import type { Overlay } from "../state/view";
import { mix, type Rgb, toCss } from "./colour";
import { doubt, type Readings, readingsOf, toldBy } from "./readings";
import { amountScale, NEUTRAL, ratioScale, type Scale, shareScale, UNTOLD } from "./scales";
import { topicColours } from "./topics";

export type Legend =
  | { kind: "topics"; items: readonly { cluster: number; colour: string }[] }
  | { kind: "waiting" }
  | { kind: "missing" }
  | {
      kind: "scale";
      readings: Readings;
      scale: Scale;
      /** Base clusters by what their dots show: their own value, that of one above, nothing. */
      own: number;
      above: number;
      none: number;
    };

export interface Colours {
  /** A cluster's own colour; null: not shown. */
  css(i: number): string | null;
  /** RGBA by row, for dots: where a cluster is not told, the nearest one above it, paler. */
  palette: Uint8Array;
  legend: Legend;
  overlay: Overlay;
  /** When they were asked for, on the clock of `performance`: the switch is timed from there. */
  since: number;
  /** Little is known: the interval is wide, or the value is that of a cluster above. */
  faded(i: number): boolean;
  /** The row whose value the dots show; -1: none. */
  source(i: number): number;
}

const PALE = 0.48; // of the way to the neutral colour, for a value from above
const HUE_OF_AMOUNTS = 250;

/** One calculation for all that ask, as long as nothing changes. */
let last: { key: readonly unknown[]; colours: Colours } | null = null;

export function useColours(loaded: Loaded): Colours {
  const overlay = useStore((state) => state.view.overlay);
  const needFacet = useStore((state) => state.needFacet);
  const theme = useTheme((state) => state.theme);
  const facet = overlay.kind === "facet" ? overlay.facet : null;
  useEffect(() => {
    if (facet !== null) void needFacet(facet);
  }, [facet, needFacet]);
  const doc = facet === null ? undefined : loaded.facets.get(facet);
  const { tree, report } = loaded;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only these parts of `loaded` matter
  return useMemo(() => {
    const key = [tree, report, doc, overlay, theme];
    if (last?.key.every((part, i) => part === key[i])) return last.colours;
    const colours = makeColours(loaded, overlay, theme);
    last = { key, colours };
    return colours;
  }, [tree, report, doc, overlay, theme]);
}

export function makeColours(loaded: Loaded, overlay: Overlay, theme: Theme): Colours {
  const since = performance.now();
  return { ...coloursOf(loaded, overlay, theme), since };
}

type Untimed = Omit<Colours, "since">;

function coloursOf(loaded: Loaded, overlay: Overlay, theme: Theme): Untimed {
  if (overlay.kind === "topic") return byTopic(loaded, overlay, theme);
  const readings = readingsOf(loaded, overlay);
  if (readings) return byReadings(loaded, overlay, readings, theme);
  const known = overlay.kind === "facet" && !loaded.facets.has(overlay.facet);
  const coming = known && loaded.report.facets.some((facet) => facet.name === overlay.facet);
  return {
    css: () => null,
    palette: paletteOf(loaded.tree.rows.length, () => UNTOLD[theme]),
    legend: { kind: coming ? "waiting" : "missing" },
    overlay,
    faded: () => false,
    source: () => -1,
  };
}

function byTopic({ tree }: Loaded, overlay: Overlay, theme: Theme): Untimed {
  const colours = topicColours(tree, theme);
  return {
    css: (i) => toCss(colours[i]!),
    palette: paletteOf(colours.length, (i) => colours[i]!),
    legend: {
      kind: "topics",
      items: tree.roots.map((cluster) => ({ cluster, colour: toCss(colours[cluster]!) })),
    },
    overlay,
    faded: () => false,
    source: (i) => i,
  };
}

function byReadings({ tree }: Loaded, overlay: Overlay, readings: Readings, theme: Theme): Untimed {
  const { value, low, high } = readings;
  const source = toldBy(
    value,
    tree.rows.map((row) => row.parent),
  );
  const scale = scaleFor(readings, theme);
  const unsure = (i: number) => doubt(readings.scale, low[i]!, high[i]!);
  const own = (i: number): Rgb => mix(scale.colour(value[i]!), NEUTRAL[theme], 0.7 * unsure(i));
  const pale = new Map<number, Rgb>(); // one above lends its colour to many
  const lent = (from: number): Rgb => {
    const colour = pale.get(from) ?? mix(own(from), NEUTRAL[theme], PALE);
    pale.set(from, colour);
    return colour;
  };
  const shown = (i: number): Rgb => {
    const from = source[i]!;
    if (from < 0) return UNTOLD[theme];
    return from === i ? own(i) : lent(from);
  };
  const counts = { own: 0, above: 0, none: 0 };
  for (const leaf of tree.leaves)
    counts[source[leaf]! < 0 ? "none" : source[leaf] === leaf ? "own" : "above"]++;
  return {
    css: (i) => (source[i] === i ? toCss(own(i)) : null),
    palette: paletteOf(value.length, shown),
    legend: { kind: "scale", readings, scale, ...counts },
    overlay,
    faded: (i) => source[i] !== i || unsure(i) > 0.5,
    source: (i) => source[i]!,
  };
}

function scaleFor(readings: Readings, theme: Theme): Scale {
  if (readings.scale === "ratio") return ratioScale(theme);
  const told = [...readings.value].filter((v) => !Number.isNaN(v));
  if (readings.scale === "share") return shareScale(told, readings.base, theme);
  return amountScale(told, HUE_OF_AMOUNTS, theme);
}

function paletteOf(n: number, colour: (i: number) => Rgb): Uint8Array {
  const palette = new Uint8Array(4 * n);
  for (let i = 0; i < n; i++) {
    const [r, g, b] = colour(i);
    palette[4 * i] = r;
    palette[4 * i + 1] = g;
    palette[4 * i + 2] = b;
    palette[4 * i + 3] = 255;
  }
  return palette;
}
