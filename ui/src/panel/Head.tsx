import { ToggleButton } from "react-aria-components";
import { gather } from "../state/gather";
import { useNotes } from "../state/notes";
import { useStore } from "../state/store";
import { CopyLink } from "./CopyLink";
import css from "./Head.module.css";
import type { ClusterProps } from "./types";
import { useHref } from "./useHref";

/** A name of this many letters is set smaller. */
const LONG = 90;

/** Where the cluster stands, what it is, and what can be done with it. */
export function Head({ loaded, cluster }: ClusterProps) {
  const { tree } = loaded;
  const row = tree.row(cluster);
  const href = useHref();
  const above = tree.path(cluster).slice(0, -1);
  return (
    <header className={css.head}>
      <nav aria-label="Topics above this one">
        <ol className={css.crumbs}>
          <li>
            <a href={href({ selected: null })}>All topics</a>
          </li>
          {above.map((i) => (
            <li key={i}>
              <a href={href({ selected: tree.row(i).id })} dir="auto" title={tree.row(i).name}>
                {tree.row(i).name}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <h2 className={css.name} dir="auto" data-long={row.name.length > LONG || undefined}>
        {row.name}
      </h2>
      {row.description && (
        <p className={css.description} dir="auto">
          {row.description}
        </p>
      )}
      <Actions id={row.id} />
    </header>
  );
}

function Actions({ id }: { id: string }) {
  const note = useNotes(({ notes, noteOf }) => (notes ? noteOf(id) : null));
  const isGathered = useStore(({ view }) => view.group.includes(id));
  const toggle = useNotes((state) => state.toggle);
  const setText = useNotes((state) => state.setText);
  return (
    <>
      <div className={css.actions}>
        <ToggleButton
          className={css.action!}
          isSelected={note !== null}
          onChange={() => toggle(id)}
        >
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path d="M3.5 1.5h7v11L7 9.7l-3.5 2.8z" />
          </svg>
          {note ? "Bookmarked" : "Bookmark"}
        </ToggleButton>
        <ToggleButton className={css.action!} isSelected={isGathered} onChange={() => gather(id)}>
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path d="M7 2.5v9M2.5 7h9" />
          </svg>
          {isGathered ? "Gathered" : "Gather"}
        </ToggleButton>
        <CopyLink />
      </div>
      {note && (
        <label className={css.note}>
          <span>Note</span>
          <textarea
            rows={2}
            dir="auto"
            value={note.text}
            placeholder="Why this topic matters"
            onChange={(event) => setText(id, event.target.value)}
          />
        </label>
      )}
    </>
  );
}
