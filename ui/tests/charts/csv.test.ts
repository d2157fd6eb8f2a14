import fc from "fast-check";
import { expect, test } from "vitest";
import { shareColumns } from "../../src/charts/columns";
import { toCsv } from "../../src/charts/csv";
import type { Column } from "../../src/charts/types";

const columns: Column<{ name: string; value: number }>[] = [
  { title: "Name", cell: (row) => row.name },
  { title: "Value", cell: (row) => `${row.value} %`, raw: (row) => row.value },
];
const csv = (name: string, value = 1) => toCsv([{ name, value }], columns).split("\r\n")[1];

test("quotes, commas and line breaks stay inside their cell", () => {
  expect(csv('a "b", c\nd')).toBe('"a ""b"", c\nd",1');
});

test("a file has bare numbers, also negative ones", () => {
  expect(csv("x", -0.5)).toBe("x,-0.5");
});

test("what a spreadsheet would run as a formula is a text", () => {
  for (const start of ["=", "+", "-", "@", "\t=", "\r=", "  =", "\u00a0=", "＝", "＠"])
    expect(csv(`${start}cmd`)).toMatch(/^"?'/);
});

test("no cell of any text begins like a formula", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const line = toCsv([{ name, value: 1 }], columns).slice("\ufeffName,Value\r\n".length);
      expect(line).not.toMatch(/^"?\s*[=+\-@]/);
    }),
  );
});

test("begins with a byte-order mark and its titles", () => {
  expect(toCsv([], columns)).toBe("\ufeffName,Value\r\n");
});

test("an interval is two numbers, and a part names what it is within", () => {
  const rows = [
    { key: "a", label: "Letters", value: 0.5, low: 0.4, high: 0.6 },
    { key: "b", label: "Formal", value: 0.2, low: 0.1, high: 0.3, within: "Letters" },
    { key: "c", label: "Love", value: null, low: null, high: null, within: "Letters" },
  ];
  const written = toCsv(rows, shareColumns(rows, { label: "Topic", units: "People" }));
  expect(written.slice(1).trim().split("\r\n")).toEqual([
    "Topic,Within,Share,95 % interval from,95 % interval to",
    "Letters,,0.5,0.4,0.6",
    "Formal,Letters,0.2,0.1,0.3",
    "Love,Letters,not shown,,",
  ]);
});
