// What charts share. Every chart stands in a ChartFrame, which offers the same numbers as a table
// and as files.
import type { ReactNode } from "react";

export interface Column<T> {
  title: string;
  cell: (row: T) => string;
  /** What stands in a file instead: a bare number where the screen shows "12.3 %". */
  raw?: (row: T) => string | number;
  align?: "end";
  /** What a file has in its place, where that takes several columns: both ends of an interval. */
  file?: readonly { title: string; raw: (row: T) => string | number }[];
}

export interface ChartFrameProps<T> {
  title: string;
  /** A few quiet words after the title: "messages per conversation". */
  lead?: string;
  /** How to read it, under the drawing. */
  note?: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  /** Stem of the names of downloaded files. */
  file: string;
  /** Further controls, beside the frame's own. */
  controls?: ReactNode;
  /** The drawing: one <svg>, or a list of bars. */
  children: ReactNode;
}

/** A share with its interval; `value` null is "not shown" and is drawn hatched. */
export interface ShareRow {
  key: string;
  label: string;
  value: number | null;
  low: number | null;
  high: number | null;
  units?: number | null;
  /** The whole report's share: a tick on the bar. */
  base?: number | null;
  notable?: boolean;
  href?: string;
  /** A line under the bar: "2.1 times as often as elsewhere (1.4 to 3.0)". */
  words?: string;
  /** Where that line leads. */
  wordsHref?: string;
  /** The row that it is a part of, where it is one. */
  within?: string;
  /** 1: a part of the row above, indented. */
  depth?: 0 | 1;
  /** The row opens into its parts. */
  parts?: { open: boolean; toggle: () => void };
}

/** A ratio with its interval, drawn on a log axis centred on 1. */
export interface RatioRow {
  key: string;
  label: string;
  ratio: number | null;
  low: number | null;
  high: number | null;
  notable: boolean;
  href?: string;
  /** A quiet line under the label: "38 of 210 people here". */
  words?: string;
}

/** One line over windows; null is "not shown" and leaves a hatched gap. */
export interface SeriesLine {
  label: string;
  units: readonly (number | null)[];
  share: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

/** One axis of a scatter chart. */
export interface ScatterAxis {
  title: string;
  format: (value: number) => string;
  /** Under the axis, where round values need no digits; without it, as `format`. */
  tick?: (value: number) => string;
  /** Where the line between two halves runs. */
  split?: number;
  /** What that line is: "the whole report". */
  splitLabel?: string;
}

/** One cluster in a scatter chart. */
export interface ScatterPoint {
  key: string;
  label: string;
  x: number;
  y: number;
  xLow: number | null;
  xHigh: number | null;
  yLow: number | null;
  yHigh: number | null;
  /** People: the area of the point. */
  size: number;
  /** Named beside the point, room permitting. */
  marked?: boolean;
}

export interface ScatterCorners {
  topLeft?: string;
  topRight?: string;
  bottomLeft?: string;
  bottomRight?: string;
}
