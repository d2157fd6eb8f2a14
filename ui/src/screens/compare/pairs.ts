// Topics of two reports that continue one another, and those that only one of them has.
import type { TwoReports } from "./useTwoReports";

export interface Pair {
  here: number;
  there: number;
  by: string;
  /** Share here over share there. */
  ratio: number;
  low: number;
  high: number;
  notable: boolean;
}

export interface Pairs {
  /** What stands out first, then by how far from 1. */
  pairs: readonly Pair[];
  onlyHere: readonly number[];
  onlyThere: readonly number[];
}

export function pairsAt({ compare, here, there }: TwoReports, level: number): Pairs {
  const pairs: Pair[] = [];
  const onlyHere: number[] = [];
  const onlyThere: number[] = [];
  for (const match of compare.matches) {
    if (match.here === null) {
      if (match.there !== null && there.row(match.there).level === level)
        onlyThere.push(match.there);
    } else if (here.row(match.here).level !== level) continue;
    else if (match.there === null) onlyHere.push(match.here);
    else if (match.ratio !== null && match.low !== null && match.high !== null)
      pairs.push({
        here: match.here,
        there: match.there,
        by: match.by,
        ratio: match.ratio,
        low: match.low,
        high: match.high,
        notable: match.notable,
      });
  }
  const far = (pair: Pair) => Math.abs(Math.log(pair.ratio));
  pairs.sort((a, b) => Number(b.notable) - Number(a.notable) || far(b) - far(a));
  return { pairs, onlyHere, onlyThere };
}
