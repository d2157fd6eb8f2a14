// Bookmarks with a note: changed at once on screen, kept a moment later.
import { create } from "zustand";
import type { IndexDoc, Note } from "../api/types";
import { browserKeeper, type Keeper, NOTHING, NotKept, Overtaken, serverKeeper } from "./keeper";
import { keyOf, merged } from "./merge";
import { asJson, asMarkdown, readNotes } from "./notes_file";
import { useStore } from "./store";

/** "memory": the browser refuses storage, they last as long as the page. */
export type NotesStatus = "loading" | "saved" | "saving" | "failed" | "memory";

export interface Notes {
  notes: readonly Note[];
  status: NotesStatus;
  /** Where they are kept, or why they are not, as a sentence. */
  told: string;
  /** The bookmark of a cluster of the tree that is shown. */
  noteOf(id: string): Note | null;
  /** Sets the bookmark of a cluster, or takes it away. */
  toggle(id: string): void;
  setText(id: string, text: string): void;
  change(note: Note): void;
  remove(note: Note): void;
  importFile(file: File): Promise<number>;
  exportFile(kind: "json" | "markdown"): Blob;
  open(index: IndexDoc): Promise<void>;
  /** Keeps what is not kept yet, now. */
  save(): Promise<void>;
}

const DELAY = 500;

let keeper: Keeper | null = null;
/** What was kept last: changes on both sides are told apart against it. */
let base = NOTHING;
let unwatch: () => void = () => undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let writing: Promise<void> | null = null;

export const useNotes = create<Notes>()((set, get) => {
  const put = (notes: readonly Note[]) => {
    set({ notes, status: get().status === "memory" ? "memory" : "saving" });
    clearTimeout(timer);
    timer = setTimeout(() => void get().save(), DELAY);
  };
  const blank = (id: string): Note => {
    const { loaded } = useStore.getState();
    const at = loaded?.tree.find(id) ?? null;
    const name = at === null ? id : loaded!.tree.row(at).name;
    return {
      tree: loaded?.key ?? "main",
      cluster: id,
      name,
      text: "",
      flagged: false,
      changed: "",
    };
  };
  const change = (note: Note) => {
    const changed = { ...note, changed: new Date().toISOString() };
    const { notes } = get();
    const known = notes.some((other) => keyOf(other) === keyOf(note));
    put(
      known
        ? notes.map((other) => (keyOf(other) === keyOf(note) ? changed : other))
        : [...notes, changed],
    );
  };
  const read = async () => {
    if (!keeper) return;
    const theirs = await keeper.read();
    const unsaved = get().notes !== base.notes;
    const notes = unsaved ? merged(base.notes, get().notes, theirs.notes) : theirs.notes;
    base = theirs;
    set({ notes });
  };

  return {
    notes: [],
    status: "loading",
    told: "",
    noteOf: (id) => {
      const tree = useStore.getState().loaded?.key ?? "main";
      return get().notes.find((note) => note.cluster === id && note.tree === tree) ?? null;
    },
    toggle(id) {
      const note = get().noteOf(id);
      if (note) get().remove(note);
      else change(blank(id));
    },
    setText: (id, text) => change({ ...(get().noteOf(id) ?? blank(id)), text }),
    change,
    remove: (note) => put(get().notes.filter((other) => keyOf(other) !== keyOf(note))),
    async importFile(file) {
      const read = readNotes(await file.text());
      put(merged([], get().notes, read));
      return read.length;
    },
    exportFile(kind) {
      const title = useStore.getState().index?.title ?? "";
      const { notes } = get();
      return kind === "json"
        ? new Blob([asJson(notes, base.revision)], { type: "application/json" })
        : new Blob([asMarkdown(notes, title)], { type: "text/markdown" });
    },
    async open(index) {
      const { source } = useStore.getState();
      unwatch();
      keeper = index.notes === "server" ? serverKeeper(source) : browserKeeper(index.content_hash);
      base = NOTHING;
      set({ notes: NOTHING.notes, status: "loading", told: keeper.place });
      try {
        await read();
        set(keeper.lasts ? { status: "saved" } : failure(new NotKept()));
      } catch {
        // the report is worth more than its bookmarks: the page goes on
        keeper = browserKeeper(index.content_hash);
        await read();
        set({
          status: "saved",
          told: "The server's bookmarks cannot be read. New ones are kept in this browser only.",
        });
      }
      unwatch = keeper.watch(() => void read().catch(() => undefined));
    },
    async save() {
      clearTimeout(timer);
      await writing;
      if (!keeper || get().notes === base.notes) return;
      writing = keep();
      await writing;
      writing = null;
    },
  };

  async function keep() {
    for (let attempt = 0; attempt < 3 && keeper; attempt++) {
      const { notes } = get();
      try {
        const kept = await keeper.write({ revision: base.revision, notes: [...notes] });
        base = { revision: kept.revision, notes: notes as Note[] };
        const again = get().notes !== notes;
        set({ status: again ? "saving" : "saved", told: keeper.place });
        return;
      } catch (error) {
        if (error instanceof Overtaken) await read().catch(() => undefined);
        else return set(failure(error));
      }
    }
    set(failure(null));
  }
});

/** Opens the bookmarks of a report as soon as it is known which one it is. */
export function followReport(): void {
  useStore.subscribe(({ index }, before) => {
    if (index && index !== before.index) void useNotes.getState().open(index);
  });
}

/** Keeps what was just typed when the page goes away. */
export function saveOnLeave(): void {
  addEventListener("pagehide", () => void useNotes.getState().save());
}

function failure(error: unknown): Pick<Notes, "status" | "told"> {
  if (error instanceof NotKept)
    return {
      status: "memory",
      told: "This browser keeps nothing for this page: save the bookmarks as a file before you close it.",
    };
  const why = error instanceof Error ? ` ${error.message}` : "";
  return { status: "failed", told: `The bookmarks are not saved yet.${why}` };
}
