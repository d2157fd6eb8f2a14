import { Button } from "react-aria-components";
import { count } from "../charts/format";
import { holderOf } from "../model/group";
import { gather } from "../state/gather";
import type { GroupProps } from "./GroupPanel";
import css from "./GroupTopics.module.css";
import { useHref } from "./useHref";

/** The gathered topics; each leads to its own panel and can be left out. */
export function GroupTopics({ loaded: { tree }, topics }: GroupProps) {
  const href = useHref();
  return (
    <ul className={css.topics} aria-label="Gathered topics">
      {topics.map((i) => {
        const { id, name, conversations } = tree.row(i);
        const holder = holderOf(tree, topics, i);
        return (
          <li key={id} className={css.topic}>
            <span className={css.name}>
              <a href={href({ selected: id, group: [] })} dir="auto">
                {name}
              </a>
              {holder !== null && (
                <span className={css.quiet}>
                  in <bdi>{tree.row(holder).name}</bdi>, counted there
                </span>
              )}
            </span>
            <span className={css.count}>{count(conversations)}</span>
            <Button
              className={css.out!}
              aria-label={`Leave out ${name}`}
              onPress={() => gather(id)}
            >
              <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
                <path d="m3 3 6 6M9 3 3 9" />
              </svg>
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
