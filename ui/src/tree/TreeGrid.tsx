import { useMemo, useState } from "react";
import { useWidth } from "../charts/width";
import { topicsIn } from "../screens/words";
import { useMatches } from "../shell/search";
import { type Loaded, useStore } from "../state/store";
import { columnFor, treeColumns } from "./columns";
import { openLess, openMore, prune } from "./opening";
import { Rows } from "./Rows";
import { shownRows } from "./rows";
import { orderOf, type Sort } from "./sort";
import css from "./TreeGrid.module.css";
import { TreeTools } from "./TreeTools";
import { useOpened } from "./useOpened";
import { useRem } from "./useRem";

/** From here on all columns stand side by side; below, one that is chosen. */
const WIDE = 35; // rem

/** All clusters as a tree that can be sorted, in step with the map. */
export function TreeGrid({ loaded }: { loaded: Loaded }) {
  const { tree } = loaded;
  const selected = useStore(({ view }) => tree.find(view.selected));
  const matches = useMatches(loaded);
  const [box, width] = useWidth<HTMLDivElement>(340);
  const time = useStore(({ view }) => view.time);
  const overlay = useStore(({ view }) => view.overlay);
  const columns = useMemo(() => treeColumns(loaded, { time, overlay }), [loaded, time, overlay]);
  const [chosen, setChosen] = useChosen(columnFor(overlay));
  const [sort, setSort] = useState<Sort | null>(null);
  const [flat, setFlat] = useState(false);
  const pruned = useMemo(() => matches && prune(tree, matches), [tree, matches]);
  const [opened, setOpened] = useOpened(tree, pruned?.opened ?? null, selected);
  const rows = useMemo(
    () =>
      shownRows(tree, {
        opened,
        kept: pruned?.kept ?? null,
        order: orderOf(tree, columns, sort),
        flat,
      }),
    [tree, columns, opened, pruned, sort, flat],
  );
  const wide = width >= WIDE * useRem();
  const one = columns.find(({ key }) => key === chosen) ?? columns[0]!;
  const shown = wide ? columns : [one];

  return (
    <div ref={box} className={css.tree}>
      <TreeTools
        total={topicsIn(loaded.report.levels)}
        found={matches?.size ?? null}
        columns={wide ? [] : columns}
        chosen={shown[0]?.key ?? ""}
        onChoose={(key) => {
          setChosen(key);
          if (sort && sort.column !== "name") setSort({ column: key, descending: true });
        }}
        flat={flat}
        onFlat={setFlat}
        onOpenMore={() => setOpened(openMore(tree, opened))}
        onOpenLess={() => setOpened(openLess(tree, opened))}
      />
      {rows.length === 0 ? (
        <p className={css.empty}>{nothing(matches)}</p>
      ) : (
        <Rows
          loaded={loaded}
          rows={rows}
          columns={shown}
          matches={matches}
          selected={selected}
          sort={sort}
          onSort={setSort}
          onToggle={(i) => {
            const next = new Set(opened);
            if (!next.delete(i)) next.add(i);
            setOpened(next);
          }}
        />
      )}
    </div>
  );
}

function nothing(matches: ReadonlySet<number> | null): string {
  if (!matches) return "There are no topics.";
  return matches.size > 0
    ? "Only areas have these words, which are not in this list."
    : "No topic has these words in its name or description.";
}

/** The column that stays in a narrow tree; another colouring of the map brings its own. */
function useChosen(wish: string): [string, (key: string) => void] {
  const [chosen, setChosen] = useState({ key: wish, wish });
  if (chosen.wish !== wish) setChosen({ key: wish, wish });
  return [chosen.wish === wish ? chosen.key : wish, (key) => setChosen({ key, wish })];
}
