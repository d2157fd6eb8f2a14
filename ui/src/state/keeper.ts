// Where bookmarks are kept: by the server beside the report, or by this browser.
import { type Source, SourceError } from "../api/source";
import type { NotesDoc } from "../api/types";
import { lasts, recall, remember } from "./storage";

export interface Keeper {
  /** What a person is told about the place. */
  readonly place: string;
  /** False where they end with the page. */
  readonly lasts: boolean;
  read(): Promise<NotesDoc>;
  /** Keeps the notes over the revision they began from; throws `Overtaken` where it is old. */
  write(doc: NotesDoc): Promise<NotesDoc>;
  /** Calls back when another tab has written. */
  watch(changed: () => void): () => void;
}

/** Somebody else has written since. */
export class Overtaken extends Error {}

/** The notes are only in this page's memory. */
export class NotKept extends Error {}

export const NOTHING: NotesDoc = { revision: 0, notes: [] };

export function serverKeeper(source: Source): Keeper {
  const write = source.write?.bind(source);
  return {
    place: "Kept beside the report on the server's disk.",
    lasts: true,
    read: () => source.read<NotesDoc>("notes.json"),
    async write(doc) {
      if (!write) throw new NotKept();
      try {
        return await write<NotesDoc>("notes.json", doc, doc.revision);
      } catch (error) {
        if (error instanceof SourceError && error.status === 412) throw new Overtaken();
        throw error;
      }
    },
    watch(changed) {
      const seen = () => document.visibilityState === "visible" && changed();
      document.addEventListener("visibilitychange", seen);
      return () => document.removeEventListener("visibilitychange", seen);
    },
  };
}

export function browserKeeper(contentHash: string): Keeper {
  const key = `anonymuse.notes.${contentHash}`;
  const read = (): NotesDoc => {
    try {
      return JSON.parse(recall(key) ?? "") as NotesDoc;
    } catch {
      return NOTHING;
    }
  };
  return {
    place: "Kept in this browser only. Save them as a file to pass them on.",
    lasts: lasts(),
    read: async () => read(),
    async write(doc) {
      if (read().revision !== doc.revision) throw new Overtaken();
      const next = { ...doc, revision: doc.revision + 1 };
      if (!remember(key, JSON.stringify(next))) throw new NotKept();
      return next;
    },
    watch(changed) {
      const stored = (event: StorageEvent) => event.key === key && changed();
      addEventListener("storage", stored);
      return () => removeEventListener("storage", stored);
    },
  };
}
