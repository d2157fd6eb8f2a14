import { useRef } from "react";
import type { TreeRow } from "./rows";
import { rowNamed } from "./walk";

/** Letters typed within this time belong to one word. */
const PAUSE = 700;

type Find = (
  key: string,
  rows: readonly TreeRow[],
  at: number,
  nameOf: (i: number) => string,
) => number | null;

/** Type-ahead: jumps to the next row whose name begins with the letters typed. */
export function useTyped(): Find {
  const typed = useRef({ letters: "", when: 0 });
  return (key, rows, at, nameOf) => {
    if (!/^\p{L}$/u.test(key)) return null;
    const now = performance.now();
    const going = now - typed.current.when < PAUSE;
    const letters = (going ? typed.current.letters : "") + key;
    typed.current = { letters, when: now };
    return rowNamed(
      rows.map(({ i }) => nameOf(i)),
      at,
      letters,
    );
  };
}
