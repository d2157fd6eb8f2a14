import { Button } from "react-aria-components";
import { count, percent } from "../charts/format";
import { peopleIn, sizeOf } from "../model/group";
import { gather } from "../state/gather";
import { useNotes } from "../state/notes";
import { type Loaded, useStore } from "../state/store";
import { CopyLink } from "./CopyLink";
import { GroupBreakdowns } from "./GroupBreakdowns";
import { GroupTopics } from "./GroupTopics";
import head from "./Head.module.css";
import size from "./Size.module.css";

export interface GroupProps {
  loaded: Loaded;
  /** Rows of the gathered topics, at least two. */
  topics: readonly number[];
}

/** Several topics taken together. */
export function GroupPanel({ loaded, topics }: GroupProps) {
  const { tree, report } = loaded;
  const { conversations, share } = sizeOf(tree, topics, report.conversations);
  return (
    <>
      <header className={head.head}>
        <h2 className={head.name}>{topics.length} topics gathered</h2>
        <Actions loaded={loaded} topics={topics} />
      </header>
      <GroupTopics loaded={loaded} topics={topics} />
      <div className={size.size}>
        <p className={size.share}>
          <strong>{percent(share)}</strong> of conversations
          <span className={size.quiet}>
            sums of published counts, without an interval; {report.unit[1]} in two topics count
            twice
          </span>
        </p>
        <dl className={size.facts}>
          <div>
            <dt>conversations</dt>
            <dd>{count(conversations)}</dd>
          </div>
          <div>
            <dt>{report.unit[1]}</dt>
            <dd>{count(peopleIn(tree, topics))}</dd>
          </div>
        </dl>
      </div>
      <GroupBreakdowns loaded={loaded} topics={topics} />
    </>
  );
}

function Actions({ loaded: { tree }, topics }: GroupProps) {
  const chosen = useStore(({ view }) => tree.find(view.selected));
  const go = useStore((state) => state.go);
  const toggle = useNotes((state) => state.toggle);
  const ids = topics.map((i) => tree.row(i).id);
  const bookmarked = useNotes(({ notes, noteOf }) => notes.length > 0 && ids.every(noteOf));
  function bookmark() {
    // each is asked again: one toggle after the other changes the bookmarks
    for (const id of ids) if (!useNotes.getState().noteOf(id)) toggle(id);
  }
  return (
    <div className={head.actions}>
      {chosen !== null && !topics.includes(chosen) && (
        <Button className={head.action!} onPress={() => gather(tree.row(chosen).id)}>
          <span>
            Gather <bdi>{tree.row(chosen).name}</bdi> too
          </span>
        </Button>
      )}
      <Button className={head.action!} isDisabled={bookmarked} onPress={bookmark}>
        {bookmarked ? "All bookmarked" : "Bookmark all"}
      </Button>
      <Button className={head.action!} onPress={() => go({ group: [] })}>
        Clear
      </Button>
      <CopyLink />
    </div>
  );
}
