import { describe, expect, test } from "vitest";
import type { TreeRow } from "../../src/tree/rows";
import { rowNamed, stepFor } from "../../src/tree/walk";

function row(i: number, depth: number, branch = false, open = false): TreeRow {
  return { i, depth, branch, open, place: 1, siblings: 1 };
}

const rows = [row(0, 0, true, true), row(1, 1, true), row(4, 1), row(7, 0)];
const step = (key: string, at: number) => stepFor(key, rows, at, 2);

describe("keys", () => {
  test("up and down stop at the ends", () => {
    expect(step("ArrowDown", 0)).toEqual({ to: 1 });
    expect(step("ArrowDown", 3)).toEqual({ to: 3 });
    expect(step("ArrowUp", 0)).toEqual({ to: 0 });
    expect([step("Home", 2), step("End", 0)]).toEqual([{ to: 0 }, { to: 3 }]);
    expect([step("PageDown", 0), step("PageUp", 3)]).toEqual([{ to: 2 }, { to: 1 }]);
  });

  test("right opens, then goes in; left closes, then goes out", () => {
    expect(step("ArrowRight", 1)).toEqual({ open: 1 });
    expect(step("ArrowRight", 0)).toEqual({ to: 1 });
    expect(step("ArrowRight", 2)).toBeNull();
    expect(step("ArrowLeft", 0)).toEqual({ close: 0 });
    expect(step("ArrowLeft", 2)).toEqual({ to: 0 });
    expect(step("ArrowLeft", 3)).toBeNull();
  });

  test("Enter and space choose; other keys are left to others", () => {
    expect(step("Enter", 2)).toEqual({ select: 4 });
    expect(step(" ", 3)).toEqual({ select: 7 });
    expect([step("x", 0), step("Escape", 0), stepFor("End", [], 0, 2)]).toEqual([null, null, null]);
  });
});

test("letters look for the next name, a longer word stays where it fits", () => {
  const names = ["Cooking", "Code", "Travel", "cooking for two"];
  expect(rowNamed(names, 0, "c")).toBe(1);
  expect(rowNamed(names, 1, "c")).toBe(3);
  expect(rowNamed(names, 1, "co")).toBe(1);
  expect(rowNamed(names, 1, "coo")).toBe(3);
  expect(rowNamed(names, 2, "z")).toBeNull();
});
