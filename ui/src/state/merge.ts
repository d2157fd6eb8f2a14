// Bookmarks that were changed in two places at once: nothing that somebody wrote is lost.
import type { Note } from "../api/types";

export function keyOf(note: Pick<Note, "tree" | "cluster">): string {
  return `${note.tree}\n${note.cluster}`;
}

/**
 * Joins my changes and theirs since `base`, the state both began from. Removed on one side and
 * changed on the other: it stays. Both texts changed: both are kept, the later one first.
 */
export function merged(
  base: readonly Note[],
  mine: readonly Note[],
  theirs: readonly Note[],
): Note[] {
  const was = byKey(base);
  const here = byKey(mine);
  const there = byKey(theirs);
  const found: Note[] = [];
  for (const key of new Set([...there.keys(), ...here.keys()])) {
    const kept = one(was.get(key), here.get(key), there.get(key));
    if (kept) found.push(kept);
  }
  return found;
}

function one(was: Note | undefined, mine: Note | undefined, theirs: Note | undefined) {
  if (!mine || !theirs) {
    const only = mine ?? theirs;
    return only && was && same(only, was) ? undefined : only;
  }
  if (was && same(mine, was)) return theirs;
  if (was && same(theirs, was)) return mine;
  const [later, earlier] = mine.changed >= theirs.changed ? [mine, theirs] : [theirs, mine];
  return { ...later, flagged: mine.flagged || theirs.flagged, text: joined(later, earlier, was) };
}

function joined(later: Note, earlier: Note, was: Note | undefined): string {
  if (earlier.text === was?.text || later.text.includes(earlier.text)) return later.text;
  if (later.text === was?.text || earlier.text.includes(later.text)) return earlier.text;
  return `${later.text}\n\n${earlier.text}`;
}

function same(a: Note, b: Note): boolean {
  return a.text === b.text && a.flagged === b.flagged;
}

function byKey(notes: readonly Note[]): Map<string, Note> {
  return new Map(notes.map((note) => [keyOf(note), note]));
}
