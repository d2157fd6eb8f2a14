import { Button, Label, TextArea, TextField, ToggleButton } from "react-aria-components";
import type { Note } from "../api/types";
import { interval, percent, units } from "../charts/format";
import { useNotes } from "../state/notes";
import { type Loaded, useStore } from "../state/store";
import { toHash } from "../state/url";
import { START } from "../state/view";
import { Icon } from "./Icon";
import css from "./NoteCard.module.css";
import { nameOfTree } from "./names";

interface Props {
  loaded: Loaded;
  note: Note;
  onRemove: () => void;
}

/** One bookmark: the topic, where it stands, what was written. */
export function NoteCard({ loaded, note, onRemove }: Props) {
  const { change } = useNotes();
  return (
    <article className={css.card} data-flagged={note.flagged || undefined}>
      <div className={css.head}>
        <h2 className={css.name} dir="auto">
          <a href={toHash({ ...START, screen: "map", tree: note.tree, selected: note.cluster })}>
            {note.name}
          </a>
        </h2>
        <ToggleButton
          className={css.button!}
          isSelected={note.flagged}
          onChange={() => change({ ...note, flagged: !note.flagged })}
        >
          <Icon name="flag" filled={note.flagged} />
          {note.flagged ? "Flagged" : "Flag"}
        </ToggleButton>
        <Button className={css.button!} aria-label={`Remove ${note.name}`} onPress={onRemove}>
          Remove
        </Button>
      </div>
      <Where loaded={loaded} note={note} />
      <TextField
        className={css.field!}
        value={note.text}
        onChange={(text) => change({ ...note, text })}
      >
        <Label className="visually-hidden">Note on {note.name}</Label>
        <TextArea
          className={css.text!}
          dir="auto"
          rows={Math.min(12, 2 + note.text.split("\n").length)}
          maxLength={10_000}
          placeholder="What is worth remembering"
        />
        <p className={css.printed} dir="auto">
          {note.text}
        </p>
      </TextField>
    </article>
  );
}

/** Its place in the tree and its size, as far as this report knows it. */
function Where({ loaded, note }: { loaded: Loaded; note: Note }) {
  const trees = useStore((state) => state.index)?.trees ?? [];
  const { tree, report } = loaded;
  if (note.tree !== loaded.key) {
    const entry = trees.find(({ key }) => key === note.tree);
    return (
      <p className="quiet">
        {entry ? nameOfTree(entry) : "In a grouping that this report does not have."}
      </p>
    );
  }
  const at = tree.find(note.cluster);
  if (at === null) return <p className="quiet">This report does not have this topic.</p>;
  const row = tree.row(at);
  const path = tree.path(at).slice(0, -1);
  const alone = tree.children[at]!.length ? "An area" : "A topic";
  return (
    <p className="quiet">
      <span dir="auto">{path.map((i) => tree.row(i).name).join(" › ") || alone}</span>
      {`. ${percent(row.share)} of conversations (${interval(row.low, row.high)}), ${units(row.units, report.unit)}.`}
    </p>
  );
}
