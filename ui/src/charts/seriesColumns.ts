// The rows and columns of a series under "As a table" and in files.
import { ends } from "./columns";
import { count, NOT_SHOWN, percent, range, windowName } from "./format";
import type { Column, SeriesLine } from "./types";

export interface SeriesPoint {
  window: string;
  units: number | null;
  share: number | null;
  low: number | null;
  high: number | null;
  base: number | null;
  partial: boolean;
}

export function seriesPoints(
  windows: readonly string[],
  partial: readonly boolean[],
  own: SeriesLine,
  base?: SeriesLine,
): SeriesPoint[] {
  return windows.map((window, n) => ({
    window,
    units: own.units[n] ?? null,
    share: own.share[n] ?? null,
    low: own.low[n] ?? null,
    high: own.high[n] ?? null,
    base: base?.share[n] ?? null,
    partial: partial[n] ?? false,
  }));
}

export function seriesColumns(unit: string, base?: string): Column<SeriesPoint>[] {
  const columns: Column<SeriesPoint>[] = [
    {
      title: "Window",
      cell: (row) => `${windowName(row.window)}${row.partial ? " (may be incomplete)" : ""}`,
      raw: (row) => row.window,
    },
    {
      title: unit,
      align: "end",
      cell: (row) => (row.units === null ? NOT_SHOWN : count(row.units)),
      raw: (row) => row.units ?? NOT_SHOWN,
    },
    {
      title: "Share",
      align: "end",
      cell: (row) => (row.share === null ? NOT_SHOWN : percent(row.share)),
      raw: (row) => row.share ?? NOT_SHOWN,
    },
    ends<SeriesPoint>(
      (row) => row.low,
      (row) => row.high,
      range,
    ),
  ];
  if (base)
    columns.push({
      title: base,
      align: "end",
      cell: (row) => (row.base === null ? "" : percent(row.base)),
      raw: (row) => row.base ?? "",
    });
  return columns;
}
