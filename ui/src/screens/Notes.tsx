import { useState } from "react";
import { Button, FileTrigger } from "react-aria-components";
import type { Note } from "../api/types";
import { save, stem } from "../charts/download";
import { NoteCard } from "../shell/NoteCard";
import { keyOf } from "../state/merge";
import { useNotes } from "../state/notes";
import { NotesFileError } from "../state/notes_file";
import type { Loaded } from "../state/store";
import css from "./Notes.module.css";
import { Page } from "./page/Page";

/** Bookmarked topics with what somebody wrote about them. */
export function Notes({ loaded }: { loaded: Loaded }) {
  const { notes, told, status, exportFile } = useNotes();
  const name = stem(`${loaded.report.title} bookmarks`);
  return (
    <Page
      title="Bookmarks"
      lede="Topics to come back to, with a note. They are kept apart from the report, which never changes."
    >
      <section className={css.notes} aria-label="Bookmarked topics">
        <div className={css.bar}>
          <p
            className={css.told}
            role="status"
            data-bad={status === "failed" || status === "memory"}
          >
            {STATUS[status]} {told}
          </p>
          {status === "failed" && <Retry />}
          <Import />
          <Button
            className={css.button!}
            isDisabled={notes.length === 0}
            onPress={() => save(exportFile("json"), `${name}.json`)}
          >
            Save as JSON
          </Button>
          <Button
            className={css.button!}
            isDisabled={notes.length === 0}
            onPress={() => save(exportFile("markdown"), `${name}.md`)}
          >
            Save as Markdown
          </Button>
        </div>
        <List loaded={loaded} notes={notes} />
      </section>
    </Page>
  );
}

const STATUS = {
  loading: "Loading.",
  saved: "Saved.",
  saving: "Saving.",
  failed: "",
  memory: "",
};

function List({ loaded, notes }: { loaded: Loaded; notes: readonly Note[] }) {
  const { remove, change } = useNotes();
  const [removed, setRemoved] = useState<Note | null>(null);
  return (
    <>
      <div role="status">
        {removed && (
          <p className={css.removed}>
            <span dir="auto">The bookmark of “{removed.name}” is gone.</span>
            <Button
              className={css.undo!}
              onPress={() => {
                change(removed);
                setRemoved(null);
              }}
            >
              Bring it back
            </Button>
          </p>
        )}
      </div>
      {notes.length === 0 ? (
        <div className={css.empty}>
          <h2>No bookmarks yet</h2>
          <p>
            Choose a topic on the <a href="#/map">map</a> and press <kbd>f</kbd>, or use the
            bookmark button beside its name. Then write here what you want to remember, flag what
            somebody should look at, and save the list as a file to pass it on.
          </p>
        </div>
      ) : (
        <ul className={css.list}>
          {ordered(notes).map((note) => (
            <li key={keyOf(note)}>
              <NoteCard
                loaded={loaded}
                note={note}
                onRemove={() => {
                  remove(note);
                  setRemoved(note);
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Import() {
  const { importFile } = useNotes();
  const [said, setSaid] = useState("");
  const read = async (file: File) => {
    try {
      const n = await importFile(file);
      setSaid(`${n} ${n === 1 ? "bookmark" : "bookmarks"} read.`);
    } catch (error) {
      setSaid(error instanceof NotesFileError ? error.message : "The file cannot be read.");
    }
  };
  return (
    <>
      <span className={css.said} role="status">
        {said}
      </span>
      <FileTrigger
        acceptedFileTypes={["application/json", ".json"]}
        onSelect={(files) => {
          const file = files?.[0];
          if (file) void read(file);
        }}
      >
        <Button className={css.button!}>Read from a file</Button>
      </FileTrigger>
    </>
  );
}

function Retry() {
  const { save: again } = useNotes();
  return (
    <Button className={css.button!} onPress={() => void again()}>
      Try again
    </Button>
  );
}

/** Flagged ones first, then as they were set. */
function ordered(notes: readonly Note[]): Note[] {
  return [...notes].sort((a, b) => Number(b.flagged) - Number(a.flagged));
}
