// A small report for tests: two top topics, one of them with two below.

import type { Source } from "../src/api/source";
import { SourceError } from "../src/api/source";
import type {
  ClusterRow,
  ClustersDoc,
  FacetDoc,
  IndexDoc,
  QuadrantsDoc,
  ReportDoc,
  SeriesDoc,
} from "../src/api/types";
import { Tree } from "../src/model/tree";
import type { Loaded } from "../src/state/store";

export function row(id: string, change: Partial<ClusterRow> = {}): ClusterRow {
  return {
    id,
    parent: null,
    level: 1,
    name: `Topic ${id}`,
    description: "",
    named_by: "keywords",
    grade: null,
    conversations: 40,
    units: 30,
    share: 0.3,
    low: 0.2,
    high: 0.4,
    x: 0,
    y: 0,
    radius: 0.1,
    near: [],
    design: 1,
    ...change,
  } as ClusterRow;
}

export const CLUSTERS = {
  clusters: [
    row("a", { name: "Cooking and recipes", description: "Dishes, menus and leftovers" }),
    row("a1", { parent: 0, level: 0, name: "Vegetarian curry", description: "Curries" }),
    row("a2", { parent: 0, level: 0, name: "Crème brûlée", description: "Puddings" }),
    row("b", { name: "人工智能编程助手", description: "代码与调试" }),
  ],
  measures: [],
} as ClustersDoc;

export const REPORT = {
  title: "A small report",
  what: "A map of four topics.",
  conversations: 160,
  units: 100,
  unit: ["person", "people"],
  unit_note: "",
  window: "2026-01 to 2026-03",
  policy: "internal",
  levels: [3, 2],
  facets: [
    {
      index: 0,
      name: "language",
      title: "Language",
      note: "",
      question: "",
      kind: "",
      values: ["English", "Spanish"],
      base: [],
    },
  ],
  windows: ["2026-01", "2026-02", "2026-03"],
  window_noun: "month",
  findings: [],
  warnings: ["Named by keywords."],
  withheld: [],
  receipt: [],
  made: [],
  rounding: 1,
  sigma: 0,
} as unknown as ReportDoc;

export const SERIES = {
  windows: ["2026-01", "2026-02", "2026-03"],
  partial: [true, false, true],
  series: [
    {
      cluster: null,
      facet: "",
      value: "",
      units: [10, 20, null],
      share: [1, 1, null],
      low: [1, 1, null],
      high: [1, 1, null],
    },
  ],
} as SeriesDoc;

export const INDEX = {
  anonymuse: "0",
  schema_version: 4,
  title: "A small report",
  content_hash: "abc",
  trees: [
    { key: "main", title: "A small report", facet: "", clusters: 4, depth: 2, facets: 1, bytes: 9 },
    { key: "by-tone", title: "By tone", facet: "tone", clusters: 4, depth: 2, facets: 1, bytes: 9 },
  ],
  compared: false,
  notes: "browser",
  dots: 200_000,
} as IndexDoc;

export function loadedOf(change: Partial<Loaded> = {}): Loaded {
  return {
    key: "main",
    report: REPORT,
    tree: new Tree(CLUSTERS),
    series: SERIES,
    quadrants: { quadrants: [] } as QuadrantsDoc,
    facets: new Map(),
    ...change,
  };
}

/** Documents by path; what is not there answers as a server does. */
export function sourceOf(documents: Record<string, unknown>): Source & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async read<T>(path: string): Promise<T> {
      asked.push(path);
      const found = documents[path];
      if (found instanceof Error) throw found;
      if (found === undefined) throw new SourceError("not there", 404);
      return found as T;
    },
  };
}

export function documentsOf(change: Record<string, unknown> = {}): Record<string, unknown> {
  const all: Record<string, unknown> = { "index.json": INDEX };
  for (const key of ["main", "by-tone"]) {
    all[`trees/${key}/report.json`] = REPORT;
    all[`trees/${key}/clusters.json`] = CLUSTERS;
    all[`trees/${key}/series.json`] = SERIES;
    all[`trees/${key}/quadrants.json`] = { quadrants: [] };
    all[`trees/${key}/facets/0.json`] = { index: 0, name: "language", values: [] } as FacetDoc;
  }
  return { ...all, ...change };
}
