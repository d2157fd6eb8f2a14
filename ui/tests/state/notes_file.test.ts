import { describe, expect, test } from "vitest";
import type { Note } from "../../src/api/types";
import { asJson, asMarkdown, NotesFileError, readNotes } from "../../src/state/notes_file";

const note: Note = {
  tree: "main",
  cluster: "c1",
  name: "<img src=x> [a](javascript:b) *c*",
  text: "first\nsecond",
  flagged: true,
  changed: "2026-02-03T04:05:06Z",
};

describe("files of bookmarks", () => {
  test("JSON comes back as it was", () => {
    expect(readNotes(asJson([note], 3))).toEqual([note]);
  });

  test.each([
    ["", "is not JSON"],
    ["[]", "holds no bookmarks"],
    ["null", "holds no bookmarks"],
    ['{"notes": [{"tree": 1}]}', "holds no bookmarks"],
    [JSON.stringify({ notes: Array(2001).fill(note) }), "at most 2,000"],
    [" ".repeat(1_000_001), "too large"],
  ])("a wrong file is refused with a sentence (%#)", (text, said) => {
    expect(() => readNotes(text)).toThrow(NotesFileError);
    expect(() => readNotes(text)).toThrow(said);
  });

  test("fields that nobody knows are dropped, long texts are cut", () => {
    const odd = { ...note, text: "x".repeat(20_000), more: "<script>" };
    const [read] = readNotes(JSON.stringify({ notes: [odd] }));
    expect(read?.text).toHaveLength(10_000);
    expect(read).not.toHaveProperty("more");
  });

  test("Markdown keeps names as words and notes as quotations", () => {
    const text = asMarkdown([note], "A report");
    expect(text).toContain("## \\<img src=x\\> \\[a\\](javascript:b) \\*c\\*");
    expect(text).toContain("> first\n> second");
    expect(text).toContain("Flagged. Topic c1, 2026-02-03.");
  });

  test("Markdown of somebody else's bookmarks loads nothing when it is read", () => {
    const image = "![x](https://example.org/x.png)<img src=//example.org>";
    const theirs = { ...note, cluster: image, changed: image, text: `a\r${image}\u2028# b` };
    const text = asMarkdown([theirs], "A report");
    expect(text).not.toMatch(/(?<!\\)[!<]/);
    expect(text).toContain("> a\n> \\![x]");
    expect(text).toContain("\n> # b");
  });
});
