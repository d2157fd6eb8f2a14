import fc from "fast-check";
import { expect, test } from "vitest";
import type { Note } from "../../src/api/types";
import { keyOf, merged } from "../../src/state/merge";

const note = (cluster: string, text = "", changed = "2026-01-01T00:00:00Z"): Note => ({
  tree: "main",
  cluster,
  name: `Topic ${cluster}`,
  text,
  flagged: false,
  changed,
});
const anyNote: fc.Arbitrary<Note> = fc
  .record({
    cluster: fc.constantFrom("1", "2", "3", "4"),
    text: fc.constantFrom("", "a", "b", "ab", "a longer one"),
    flagged: fc.boolean(),
    changed: fc.constantFrom("2026-01-01", "2026-01-02", "2026-01-03"),
  })
  .map((some) => ({ ...note(some.cluster), ...some }));
const list = fc.uniqueArray(anyNote, { selector: keyOf });

test("nothing that was written on either side is lost", () => {
  fc.assert(
    fc.property(list, list, list, (base, mine, theirs) => {
      const found = new Map(merged(base, mine, theirs).map((n) => [keyOf(n), n]));
      const was = new Map(base.map((n) => [keyOf(n), n]));
      for (const own of [...mine, ...theirs]) {
        const before = was.get(keyOf(own));
        const wrote = own.text !== (before?.text ?? "") && own.text !== "";
        if (wrote) expect(found.get(keyOf(own))?.text).toContain(own.text);
      }
    }),
  );
});

test("one side alone is taken as it is, removals too", () => {
  fc.assert(
    fc.property(list, list, (base, mine) => {
      const keys = (notes: readonly Note[]) => notes.map(keyOf).sort();
      expect(keys(merged(base, mine, base))).toEqual(keys(mine));
      expect(keys(merged(base, base, mine))).toEqual(keys(mine));
    }),
  );
});

test("merging again changes nothing", () => {
  fc.assert(
    fc.property(list, list, list, (base, mine, theirs) => {
      const once = merged(base, mine, theirs);
      expect(merged(once, once, once)).toEqual(once);
    }),
  );
});

test("two texts on one topic are both kept, the later first", () => {
  const base = [note("1", "")];
  const mine = [note("1", "mine", "2026-02-02")];
  const theirs = [note("1", "theirs", "2026-02-01")];
  expect(merged(base, mine, theirs)[0]?.text).toBe("mine\n\ntheirs");
});

test("removed here and changed there stays", () => {
  expect(merged([note("1")], [], [note("1", "words")])).toHaveLength(1);
  expect(merged([note("1")], [], [note("1")])).toHaveLength(0);
});
