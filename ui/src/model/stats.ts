// Ratios of shares from released counts: the same numbers as the Python side's stats/lifts.py,
// for comparisons that are made here. tests/golden/stats.json holds both to it.

const Z95 = 1.959963984540054;

/** Of all that is called notable, at most this share is chance (Benjamini and Hochberg 1995). */
const FALSE_DISCOVERIES = 0.05;

/** Released counts of people with something, among a released number of people. */
export interface Counts {
  part: number;
  whole: number;
  /** Of how many noisy and rounded numbers each is the sum; 1 unless told. */
  partTerms?: number;
  wholeTerms?: number;
  /** How many of the people counted weigh as one, as some are in several topics; 1 unless told. */
  design?: number;
}

/** How released numbers were protected. */
export interface Protection {
  sigma: number;
  rounding: number;
}

export interface Ratio {
  ratio: number;
  low: number;
  high: number;
  /** How often chance and noise alone make such a difference or a larger one. */
  p: number;
}

/** Share here over share there; null where too little is known to compare. */
export function ratioOf(
  here: Counts,
  there: Counts,
  { sigma, rounding }: Protection,
): Ratio | null {
  const variance = sigma ** 2 + (rounding ** 2 - 1) / 12;
  const a = moved(here.part, here.partTerms, variance);
  const wholeA = moved(here.whole, here.wholeTerms, variance);
  const b = moved(there.part, there.partTerms, variance);
  const wholeB = moved(there.whole, there.wholeTerms, variance);
  const sides = [a, wholeA, b, wholeB];
  if (!sides.every((side) => side.count > side.by)) return null;
  const one = Math.min(a.count / wholeA.count, 1);
  const two = Math.min(b.count / wholeB.count, 1);
  const n = wholeA.count / (here.design ?? 1);
  const m = wholeB.count / (there.design ?? 1);
  const [lowOne, highOne] = wilson(one, n);
  const [lowTwo, highTwo] = wilson(two, m);
  const down = Math.hypot(
    ...[Math.log(one / lowOne), Math.log(highTwo / two)],
    ...[a.fall, wholeA.rise, b.rise, wholeB.fall],
  );
  const up = Math.hypot(
    ...[Math.log(highOne / one), Math.log(two / lowTwo)],
    ...[a.rise, wholeA.fall, b.fall, wholeB.rise],
  );
  const middle = Math.log(one / two);
  return {
    ratio: Math.exp(middle),
    low: Math.exp(middle - down),
    high: Math.exp(middle + up),
    p: pValue([one, n, wholeA], [two, m, wholeB], [a.variance, b.variance]),
  };
}

/**
 * Which differences are notable, so that at most a share q of those is chance. `tests`: how many
 * were looked at; what is not shown was looked at as well. null is never notable.
 */
export function benjaminiHochberg(
  p: readonly (number | null)[],
  tests = p.length,
  q = FALSE_DISCOVERIES,
): boolean[] {
  const order = p.map((_, i) => i).sort((i, j) => (p[i] ?? 1) - (p[j] ?? 1));
  const family = Math.max(p.length, tests, 1);
  let passing = 0;
  order.forEach((i, rank) => {
    if ((p[i] ?? 1) <= (q * (rank + 1)) / family) passing = rank + 1;
  });
  const found = new Set(order.slice(0, passing));
  return p.map((own, i) => own !== null && found.has(i));
}

/** Which ratios stand out: notable among all tests, and away from 1 by themselves. */
export function notable(found: readonly (Ratio | null)[], tests?: number): boolean[] {
  const passed = benjaminiHochberg(
    found.map((own) => own?.p ?? null),
    tests,
  );
  return found.map((own, i) => own !== null && passed[i]! && (own.low > 1 || own.high < 1));
}

/** One count with what noise and rounding do to it, on a log scale. */
function moved(count: number, terms = 1, variance: number) {
  const by = Z95 * Math.sqrt(terms * variance);
  return {
    count,
    by,
    fall: Math.log(count / (count - by)),
    rise: Math.log1p(by / count),
    variance: terms * variance,
  };
}

/** Wilson limits of a share; those of 0 and of 1 are exactly 0 and 1. */
function wilson(share: number, n: number): [number, number] {
  const spread = Z95 ** 2 / n;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z95 / (1 + spread)) * Math.sqrt((share * (1 - share)) / n + spread / (4 * n));
  return [share <= 0 ? 0 : middle - half, share >= 1 ? 1 : middle + half];
}

/** A share, people who weigh as one each, and the number that it is of. */
type Weighed = readonly [number, number, { count: number; variance: number }];

/** p of the likelihood-ratio test, its statistic shrunk by what noise adds to chance. */
function pValue(
  [one, n, whole]: Weighed,
  [two, m, other]: Weighed,
  parts: readonly [number, number],
): number {
  const pooled = (one * n + two * m) / (n + m);
  const gain = n * divergence(one, pooled) + m * divergence(two, pooled);
  const chance = pooled * (1 - pooled) * (1 / n + 1 / m);
  const noise =
    (parts[0] + pooled ** 2 * whole.variance) / whole.count ** 2 +
    (parts[1] + pooled ** 2 * other.variance) / other.count ** 2;
  const part = chance > 0 ? chance / (chance + noise) : 0;
  return erfc(Math.sqrt(Math.max(gain, 0) * part));
}

/** How far two shares are apart, as Kullback and Leibler measure it. */
function divergence(share: number, other: number): number {
  const inside = share > 0 ? share * Math.log(share / other) : 0;
  const outside = share < 1 ? (1 - share) * Math.log((1 - share) / (1 - other)) : 0;
  return inside + outside;
}

/** The complementary error function of x >= 0: a series near 0, a continued fraction beyond. */
export function erfc(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let tail = x;
  for (let n = 100; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}
