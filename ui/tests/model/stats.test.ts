import { expect, it } from "vitest";
import { benjaminiHochberg, erfc, notable, ratioOf } from "../../src/model/stats";
import golden from "../golden/stats.json";

function close(found: number, wanted: number, what: string) {
  const off = Math.abs(found - wanted) / Math.max(1, Math.abs(wanted));
  expect(off, `${what}: ${found} for ${wanted}`).toBeLessThan(1e-9);
}

it("gives the Python side's ratios, intervals and p", () => {
  expect(golden.ratio.length).toBeGreaterThan(10);
  for (const { in: given, out } of golden.ratio) {
    const { a, A, b, B, sigma, rounding, terms, designs } = given;
    const found = ratioOf(
      { part: a, whole: A, partTerms: terms[0]!, wholeTerms: terms[1]!, design: designs[0]! },
      { part: b, whole: B, partTerms: terms[2]!, wholeTerms: terms[3]!, design: designs[1]! },
      { sigma, rounding },
    );
    const what = JSON.stringify(given);
    if (out === null || found === null) expect(found, what).toBe(out);
    else
      for (const key of ["ratio", "low", "high", "p"] as const) close(found[key], out[key], what);
  }
});

it("gives the Python side's notable ones", () => {
  for (const { p, q, out } of golden.bh) expect(benjaminiHochberg(p, p.length, q)).toEqual(out);
});

it("counts what was not shown among the tests", () => {
  expect(benjaminiHochberg([0.02, null])).toEqual([true, false]);
  expect(benjaminiHochberg([0.02, null], 3)).toEqual([false, false]);
});

it("calls nothing notable whose interval holds 1", () => {
  const same = { ratio: 1.2, low: 0.9, high: 1.6, p: 0.001 };
  const more = { ratio: 2, low: 1.5, high: 2.6, p: 0.001 };
  expect(notable([same, more, null])).toEqual([false, true, false]);
});

it("computes the error function far into its tail", () => {
  const known = [
    [0, 1],
    [0.5, 0.4795001221869535],
    [1.999, 0.004698443348629488],
    [2, 0.004677734981047265],
    [4, 1.541725790028002e-8],
    [10, 2.088487583762545e-45],
  ] as const;
  for (const [x, wanted] of known) expect(erfc(x) / wanted).toBeCloseTo(1, 10);
});
