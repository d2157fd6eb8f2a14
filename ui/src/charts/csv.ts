// A chart's rows as a CSV file.
import type { Column } from "./types";

/** RFC 4180 with a byte-order mark: spreadsheets then read names in every script. */
export function toCsv<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const inFile = columns.flatMap(
    ({ title, raw, cell: shown, file }) => file ?? [{ title, raw: raw ?? shown }],
  );
  const lines = [
    inFile.map(({ title }) => cell(title)),
    ...rows.map((row) => inFile.map(({ raw }) => cell(raw(row)))),
  ];
  return `\ufeff${lines.map((line) => `${line.join(",")}\r\n`).join("")}`;
}

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  // A name comes from strangers' text: a spreadsheet would run "=..." as a formula.
  const safe = /^[\s\u00a0]*[=+\-@＝＋－＠\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
