import { useState } from "react";
import { Button } from "react-aria-components";
import { ChartFrame } from "../charts/ChartFrame";
import { shareColumns } from "../charts/columns";
import { units } from "../charts/format";
import { ShareBars } from "../charts/ShareBars";
import type { ShareRow } from "../charts/types";
import type { Loaded } from "../state/store";
import css from "./Related.module.css";
import type { ClusterProps } from "./types";
import { useHref } from "./useHref";

const FOLD = 8;

/** What is in it, what lies beside it, and what is most like it elsewhere. */
export function Related({ loaded, cluster }: ClusterProps) {
  const { tree } = loaded;
  const children = tree.children[cluster]!;
  const siblings = tree.siblings(cluster).filter((i) => i !== cluster);
  const near = tree.row(cluster).near;
  return (
    <>
      {children.length > 0 && (
        <Topics
          loaded={loaded}
          title={units(children.length, ["topic in it", "topics in it"])}
          topics={children}
        />
      )}
      {near.length > 0 && <Topics loaded={loaded} title="Most alike by name" topics={near} />}
      {siblings.length > 0 && (
        <Topics
          loaded={loaded}
          title="Beside it"
          topics={siblings}
          fold={children.length ? 3 : 5}
        />
      )}
    </>
  );
}

interface TopicsProps {
  loaded: Loaded;
  title: string;
  topics: readonly number[];
  fold?: number;
}

/** Clusters as bars of their share of all conversations; each leads to its own panel. */
export function Topics({ loaded, title, topics, fold = FOLD }: TopicsProps) {
  const [all, setAll] = useState(false);
  const href = useHref();
  const rows = topics.map((i): ShareRow => {
    const { id, name, share, low, high, conversations } = loaded.tree.row(i);
    const ends = { value: share, low, high, units: conversations };
    return { key: id, label: name, ...ends, href: href({ selected: id }) };
  });
  const shown = all || rows.length <= fold + 1 ? rows : rows.slice(0, fold);
  return (
    <ChartFrame
      title={title}
      rows={rows}
      columns={shareColumns(rows, { label: "Topic", units: "Conversations" })}
      file={title}
    >
      <ShareBars rows={shown} unit="conversations" />
      {(rows.length > shown.length || all) && (
        <Button className={css.more!} onPress={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${rows.length}`}
        </Button>
      )}
    </ChartFrame>
  );
}
