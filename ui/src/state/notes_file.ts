// Bookmarks as files: JSON to read back in, Markdown to pass on.
import type { Note, NotesDoc } from "../api/types";

const MOST_BYTES = 1_000_000;
const MOST_NOTES = 2_000;
const LONGEST = 10_000;

/** A file of bookmarks could not be read; the message is for people. */
export class NotesFileError extends Error {}

export function readNotes(text: string): Note[] {
  if (text.length > MOST_BYTES)
    throw new NotesFileError("The file is too large for bookmarks: at most 1 MB is read.");
  let doc: unknown;
  try {
    doc = JSON.parse(text);
  } catch {
    throw new NotesFileError(
      "The file is not JSON. Choose a file that “Save as JSON” of this page wrote.",
    );
  }
  const notes = isObject(doc) ? doc.notes : null;
  if (!Array.isArray(notes) || !notes.every(isNote))
    throw new NotesFileError(
      "The file holds no bookmarks. Choose a file that “Save as JSON” of this page wrote.",
    );
  if (notes.length > MOST_NOTES)
    throw new NotesFileError(`The file holds ${notes.length} bookmarks: at most 2,000 are read.`);
  return notes.map(({ tree, cluster, name, text: words, flagged, changed }) => ({
    tree,
    cluster,
    name,
    text: words.slice(0, LONGEST),
    flagged,
    changed,
  }));
}

export function asJson(notes: readonly Note[], revision: number): string {
  const doc: NotesDoc = { revision, notes: [...notes] };
  return `${JSON.stringify(doc, null, 2)}\n`;
}

export function asMarkdown(notes: readonly Note[], title: string): string {
  const parts = notes.map((note) => {
    const words = note.text.trim();
    const flag = note.flagged ? "Flagged. " : "";
    const about = `${flag}Topic ${escaped(note.cluster)}, ${escaped(note.changed.slice(0, 10))}.`;
    return `## ${escaped(note.name)}\n\n${about}\n${words ? `\n${quoted(words)}\n` : ""}`;
  });
  return `# Bookmarks: ${escaped(title)}\n\n${parts.join("\n")}`;
}

/** Names come from strangers' text: they stay words, whatever a reader's program makes of them. */
function escaped(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|!&]/g, "\\$&");
}

/** Somebody's own Markdown may stay, but nothing that loads from elsewhere when it is read. */
function quoted(text: string): string {
  return text
    .split(/\r\n?|[\n\u2028\u2029]/)
    .map((line) => `> ${line.replace(/[<!]/g, "\\$&")}`)
    .join("\n");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isNote(value: unknown): value is Note {
  if (!isObject(value)) return false;
  const texts = [value.tree, value.cluster, value.name, value.text, value.changed];
  return texts.every((text) => typeof text === "string") && typeof value.flagged === "boolean";
}
