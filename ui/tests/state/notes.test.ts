import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Source, SourceError } from "../../src/api/source";
import type { NotesDoc } from "../../src/api/types";
import { useNotes } from "../../src/state/notes";
import { useStore } from "../../src/state/store";
import { INDEX, loadedOf, sourceOf } from "../report";

const notes = () => useNotes.getState();
const KEY = `anonymuse.notes.${INDEX.content_hash}`;

/** A server that keeps one document and refuses what is not over its revision. */
function server(first: NotesDoc = { revision: 1, notes: [] }) {
  const kept = { doc: first, writes: 0, down: false };
  const source: Source = {
    async read<T>() {
      return structuredClone(kept.doc) as T;
    },
    async write<T>(_: string, doc: unknown, revision: number) {
      if (kept.down) throw new SourceError("The server answered 500.", 500);
      if (revision !== kept.doc.revision) throw new SourceError("old", 412);
      kept.writes += 1;
      kept.doc = { ...(structuredClone(doc) as NotesDoc), revision: revision + 1 };
      return structuredClone(kept.doc) as T;
    },
  };
  return { kept, source };
}

async function opened(source: Source, kind: "server" | "browser") {
  useStore.setState({ source, loaded: loadedOf(), index: INDEX });
  await notes().open({ ...INDEX, notes: kind });
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

const waited = () => vi.advanceTimersByTimeAsync(1000);

describe("on a server", () => {
  test("several changes are one write, and its revision is the next one's", async () => {
    const { kept, source } = server();
    await opened(source, "server");
    notes().toggle("a1");
    notes().setText("a1", "w");
    notes().setText("a1", "words");
    expect(notes().status).toBe("saving");
    await waited();
    expect(notes().status).toBe("saved");
    expect(kept.writes).toBe(1);
    expect(kept.doc.notes).toMatchObject([
      { tree: "main", cluster: "a1", name: "Vegetarian curry", text: "words", flagged: false },
    ]);
    notes().change({ ...notes().noteOf("a1")!, flagged: true });
    await waited();
    expect(kept.doc).toMatchObject({ revision: 3, notes: [{ flagged: true }] });
  });

  test("what another tab wrote meanwhile is kept", async () => {
    const { kept, source } = server();
    await opened(source, "server");
    const theirs = { tree: "main", cluster: "b", name: "B", text: "theirs", flagged: false };
    kept.doc = { revision: 7, notes: [{ ...theirs, changed: "2026-01-01" }] };
    notes().setText("a", "mine");
    await waited();
    expect(notes().status).toBe("saved");
    expect(kept.doc.notes.map(({ text }) => text).sort()).toEqual(["mine", "theirs"]);
    expect(notes().notes).toHaveLength(2);
  });

  test("a server that fails is said, and the words wait", async () => {
    const { kept, source } = server();
    await opened(source, "server");
    kept.down = true;
    notes().setText("a", "words");
    await waited();
    expect(notes().status).toBe("failed");
    expect(notes().told).toContain("not saved yet");
    expect(notes().noteOf("a")?.text).toBe("words");
    kept.down = false;
    await notes().save();
    expect(notes().status).toBe("saved");
    expect(kept.doc.notes).toHaveLength(1);
  });

  test("one whose bookmarks cannot be read leaves them to the browser", async () => {
    await opened(sourceOf({}), "server");
    expect(notes().told).toContain("cannot be read");
    notes().toggle("a");
    await waited();
    expect(JSON.parse(localStorage.getItem(KEY) ?? "")).toMatchObject({ revision: 1 });
  });
});

describe("in the browser", () => {
  test("they are there the next time, by report", async () => {
    await opened(sourceOf({}), "browser");
    notes().setText("a", "words");
    await waited();
    await opened(sourceOf({}), "browser");
    expect(notes().noteOf("a")?.text).toBe("words");
    await notes().open({ ...INDEX, notes: "browser", content_hash: "another" });
    expect(notes().notes).toEqual([]);
  });

  test("damaged ones are nothing, not a failure", async () => {
    localStorage.setItem(KEY, "{broken");
    await opened(sourceOf({}), "browser");
    expect(notes().notes).toEqual([]);
    expect(notes().status).toBe("saved");
  });

  test("a browser that keeps nothing says so, once and for all", async () => {
    await opened(sourceOf({}), "browser");
    const refused = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    notes().toggle("a");
    await waited();
    expect(notes().status).toBe("memory");
    notes().toggle("b");
    await waited();
    expect(notes().status).toBe("memory");
    expect(notes().notes).toHaveLength(2);
    refused.mockRestore();
  });

  test("two tabs do not overwrite each other", async () => {
    await opened(sourceOf({}), "browser");
    notes().setText("a", "mine");
    const other = { tree: "main", cluster: "b", name: "B", text: "theirs", flagged: false };
    localStorage.setItem(
      KEY,
      JSON.stringify({ revision: 5, notes: [{ ...other, changed: "2026-01-01" }] }),
    );
    await waited();
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "") as NotesDoc;
    expect(kept.notes.map(({ text }) => text).sort()).toEqual(["mine", "theirs"]);
  });

  test("a bookmark is taken away and files come and go", async () => {
    await opened(sourceOf({}), "browser");
    notes().setText("a", "words");
    const file = notes().exportFile("json");
    notes().toggle("a");
    expect(notes().noteOf("a")).toBeNull();
    const read = await notes().importFile({ text: async () => blobText(file) } as File);
    expect(read).toBe(1);
    expect(notes().noteOf("a")?.text).toBe("words");
    await expect(notes().importFile({ text: async () => "no" } as File)).rejects.toThrow(
      "not JSON",
    );
    expect(notes().notes).toHaveLength(1);
  });
});

function blobText(blob: Blob): Promise<string> {
  vi.useRealTimers();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });
}
