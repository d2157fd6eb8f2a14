import fc from "fast-check";
import { expect, test } from "vitest";
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
