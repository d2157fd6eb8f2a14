import { expect, test } from "vitest";
import { marginFor } from "../../src/map/useScene";

const room = (width: number, height: number) => {
  const { top, right, bottom, left } = marginFor(width, height);
  return Math.min(width - left - right, height - top - bottom);
};

test("a low map keeps its height, a narrow one its width", () => {
  expect(room(640, 228)).toBeGreaterThan(170);
  expect(room(504, 250)).toBeGreaterThan(170);
  expect(room(560, 360)).toBeGreaterThan(220);
  expect(room(390, 600)).toBeGreaterThan(300);
  expect(room(940, 610)).toBeGreaterThan(550);
});
