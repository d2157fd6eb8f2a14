// A report with languages, months and quadrants, for the tests of screens.
import type { FacetDoc, FacetEntry, Measure, ReportDoc, SeriesDoc } from "../../src/api/types";
import { Tree } from "../../src/model/tree";
import type { Loaded } from "../../src/state/store";
import { loadedOf, REPORT, row } from "../report";

const number = (units: number | null, of = 1000) => ({
  units,
  share: units === null ? null : units / of,
  low: units === null ? null : (units / of) * 0.9,
  high: units === null ? null : (units / of) * 1.1,
});

export const LANGUAGE: FacetEntry = {
  index: 0,
  name: "language",
  title: "Language",
  note: "",
  question: "",
  kind: "text",
  values: ["English", "Spanish", "Thai"],
  base: [number(700), number(200), number(null)],
};

const UNITS: readonly (readonly [number, number | null, number | null])[] = [
  // people in the topic, of whom English, Spanish
  [600, 500, 100],
  [300, 290, 10],
  [300, 210, 90],
  [400, 200, null],
  [250, 125, 100],
  [150, 75, null],
];

export const TREE = new Tree({
  clusters: [
    row("a", { level: 1, name: "Letters" }),
    row("a1", { level: 0, parent: 0, name: "Formal letters" }),
    row("a2", { level: 0, parent: 0, name: "Love letters" }),
    row("b", { level: 1, name: "Numbers" }),
    row("b1", { level: 0, parent: 3, name: "Sums" }),
    row("b2", { level: 0, parent: 3, name: "Proofs" }),
  ].map((own, i) => ({ ...own, units: UNITS[i]![0], share: UNITS[i]![0] / 1000 })),
  measures: [measure("concern", [0.1, 0.02, 0.2, 0.1, null, 0.3])],
});

export function measure(key: string, values: (number | null)[]): Measure {
  return {
    key,
    title: key === "concern" ? "Concern" : "Refused",
    note: "",
    scale: "share",
    base: 0.1,
    values,
    low: values.map((v) => v && v / 2),
    high: values.map((v) => v && v * 2),
    notable: values.map(() => false),
  };
}

/** Topics whose number is not shown are absent, as in the document. */
export function column(value: string, units: readonly (number | null)[]) {
  const clusters = units.flatMap((own, i) => (own === null ? [] : [i]));
  const none = clusters.map(() => null);
  return {
    value,
    clusters,
    units: clusters.map((i) => units[i]!),
    share: clusters.map((i) => units[i]! / UNITS[i]![0]),
    low: clusters.map(() => 0),
    high: clusters.map(() => 1),
    lift: none,
    lift_low: none,
    lift_high: none,
    notable: clusters.map(() => false),
  };
}

export const FACET: FacetDoc = {
  index: 0,
  name: "language",
  values: [
    column(
      "English",
      UNITS.map((own) => own[1]),
    ),
    column(
      "Spanish",
      UNITS.map((own) => own[2]),
    ),
  ],
};

const line = (cluster: number | null, units: (number | null)[]) => ({
  cluster,
  facet: "",
  value: "",
  units,
  share: units.map((own) => own && own / 500),
  low: units.map(() => null),
  high: units.map(() => null),
});

export const SERIES: SeriesDoc = {
  windows: ["2026-01", "2026-02", "2026-03"],
  partial: [true, false, false],
  series: [
    line(null, [400, 300, 300]),
    line(1, [40, 60, 120]),
    line(2, [100, 60, null]),
    line(4, [80, 60, 60]),
  ],
};

export function rich(report: Partial<ReportDoc> = {}, change: Partial<Loaded> = {}): Loaded {
  return loadedOf({
    report: {
      ...REPORT,
      units: 1000,
      levels: [4, 2],
      facets: [LANGUAGE],
      not_shown: "2 % to 5 %",
      ...report,
    },
    tree: TREE,
    series: SERIES,
    facets: new Map([["language", FACET]]),
    ...change,
  });
}
