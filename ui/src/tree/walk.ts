// What a key does in the tree, by the ARIA pattern of a treegrid whose rows take the focus.
import type { TreeRow } from "./rows";

export type Step =
  | { to: number }
  | { open: number }
  | { close: number }
  | { select: number }
  | null;

/** `page`: how many rows a screen holds. */
export function stepFor(key: string, rows: readonly TreeRow[], at: number, page: number): Step {
  const row = rows[at];
  if (!row) return null;
  const last = rows.length - 1;
  switch (key) {
    case "ArrowDown":
      return { to: Math.min(last, at + 1) };
    case "ArrowUp":
      return { to: Math.max(0, at - 1) };
    case "Home":
      return { to: 0 };
    case "End":
      return { to: last };
    case "PageDown":
      return { to: Math.min(last, at + page) };
    case "PageUp":
      return { to: Math.max(0, at - page) };
    case "ArrowRight":
      return row.open ? { to: at + 1 } : row.branch ? { open: row.i } : null;
    case "ArrowLeft":
      return row.open ? { close: row.i } : above(rows, at);
    case "Enter":
    case " ":
      return { select: row.i };
    default:
      return null;
  }
}

/** The next row whose name begins with what was typed, going round. */
export function rowNamed(names: readonly string[], at: number, typed: string): number | null {
  const wanted = typed.toLocaleLowerCase();
  // A second letter goes on with the same row, the first one looks further.
  const from = typed.length > 1 ? at : at + 1;
  for (let n = 0; n < names.length; n++) {
    const place = (from + n) % names.length;
    if (names[place]!.toLocaleLowerCase().startsWith(wanted)) return place;
  }
  return null;
}

function above(rows: readonly TreeRow[], at: number): Step {
  const { depth } = rows[at]!;
  for (let n = at - 1; n >= 0; n--) if (rows[n]!.depth < depth) return { to: n };
  return null;
}
