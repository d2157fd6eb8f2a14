// The columns under "As a table" and in CSV files, for the rows that charts share.
import { count, NOT_SHOWN, percent, range, ratio, ratioRange, share } from "./format";
import type { Column, RatioRow, ShareRow } from "./types";

/** Label, share, interval, people and, where told, the whole report's share. */
export function shareColumns(
  rows: readonly ShareRow[],
  titles: { label: string; units: string },
): Column<ShareRow>[] {
  const columns: Column<ShareRow>[] = [
    { title: titles.label, cell: (row) => row.label },
    ...(rows.some((row) => row.within !== undefined)
      ? [{ title: "Within", cell: (row: ShareRow) => row.within ?? "" }]
      : []),
    {
      title: "Share",
      align: "end",
      cell: (row) => share(row.value),
      raw: (row) => bare(row.value),
    },
    ends<ShareRow>(
      (row) => row.low,
      (row) => row.high,
      range,
    ),
  ];
  if (rows.some((row) => row.units !== undefined))
    columns.push({
      title: titles.units,
      align: "end",
      cell: (row) => (row.units == null ? NOT_SHOWN : count(row.units)),
      raw: (row) => bare(row.units),
    });
  if (rows.some((row) => row.base != null))
    columns.push({
      title: "Whole report",
      align: "end",
      cell: (row) => (row.base == null ? "" : percent(row.base)),
      raw: (row) => row.base ?? "",
    });
  return columns;
}

/** Label, ratio, interval and whether it stands out. */
export function ratioColumns(titles: { label: string; ratio: string }): Column<RatioRow>[] {
  return [
    { title: titles.label, cell: (row) => row.label },
    {
      title: titles.ratio,
      align: "end",
      cell: (row) => (row.ratio === null ? NOT_SHOWN : ratio(row.ratio)),
      raw: (row) => bare(row.ratio),
    },
    ends<RatioRow>(
      (row) => row.low,
      (row) => row.high,
      ratioRange,
    ),
    { title: "Stands out", cell: (row) => (row.notable ? "yes" : "no") },
  ];
}

/** Both ends of an interval: one column to read, two in a file. */
export function ends<T>(
  low: (row: T) => number | null,
  high: (row: T) => number | null,
  words: (low: number, high: number) => string,
): Column<T> {
  return {
    title: "95 % interval",
    align: "end",
    cell: (row) => {
      const [from, to] = [low(row), high(row)];
      return from === null || to === null ? "" : words(from, to);
    },
    file: [
      { title: "95 % interval from", raw: (row) => low(row) ?? "" },
      { title: "95 % interval to", raw: (row) => high(row) ?? "" },
    ],
  };
}

function bare(value: number | null | undefined): string | number {
  return value ?? NOT_SHOWN;
}
