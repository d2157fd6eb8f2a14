import {
  type CSSProperties,
  type KeyboardEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useColours } from "../overlay/colours";
import { gather, gathers } from "../state/gather";
import { type Loaded, useStore } from "../state/store";
import type { TreeColumn } from "./columns";
import { Headings } from "./Headings";
import { NameCell } from "./NameCell";
import css from "./Rows.module.css";
import type { TreeRow } from "./rows";
import type { Sort } from "./sort";
import { useRem } from "./useRem";
import { useTyped } from "./useTyped";
import { useWindow } from "./useWindow";
import { ValueCell } from "./ValueCell";
import { stepFor } from "./walk";

/** In rem: a larger font of the browser makes the rows higher. */
const ROW = 42 / 16;
const HEADING = 30 / 16;

interface Props {
  loaded: Loaded;
  rows: readonly TreeRow[];
  columns: readonly TreeColumn[];
  matches: ReadonlySet<number> | null;
  selected: number | null;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
  onToggle: (i: number) => void;
}

/** An ARIA treegrid of which only the rows in sight are built; one row is the tab stop. */
export function Rows(props: Props) {
  const { loaded, rows, columns, matches, selected, sort, onSort, onToggle } = props;
  const { tree } = loaded;
  const go = useStore((state) => state.go);
  const group = useStore((state) => state.view.group);
  const colours = useColours(loaded);
  const box = useRef<HTMLDivElement>(null);
  const rem = useRem();
  const height = Math.round(ROW * rem);
  const { from, to, page, intoSight } = useWindow(box, rows.length, height, HEADING * rem);
  const [active, setActive] = useState(selected);
  const chase = useRef(false);
  const typed = useTyped();

  const placeOf = (i: number | null) => rows.findIndex((row) => row.i === i);
  const chosenAt = placeOf(selected);
  const stop = Math.max(0, placeOf(active) < 0 ? chosenAt : placeOf(active));

  // Another selection, or the branch that was opened for it, comes into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: not again when the rows change
  useEffect(() => {
    if (chosenAt >= 0) intoSight(chosenAt);
    setActive(selected);
  }, [selected, chosenAt < 0]);
  // A key moved on: the focus follows once the row is there.
  useLayoutEffect(() => {
    if (!chase.current) return;
    chase.current = false;
    box.current?.querySelector<HTMLElement>("tr[tabindex='0']")?.focus();
  });

  function move(place: number) {
    intoSight(place);
    chase.current = true;
    setActive(rows[place]!.i);
  }

  function press(event: KeyboardEvent) {
    const onRow = event.target instanceof Element && event.target.matches("tr[tabindex]");
    if (onRow && gathers(event) && ["Enter", " "].includes(event.key)) {
      event.preventDefault();
      gather(tree.row(rows[stop]!.i).id);
      return;
    }
    if (!onRow || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepFor(event.key, rows, stop, page);
    const named = step ? null : typed(event.key, rows, stop, (i) => tree.row(i).name);
    if (step === null && named === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (named !== null) move(named);
    else if (step && "to" in step) move(step.to);
    else if (step && "select" in step) select(step.select);
    else if (step) onToggle("open" in step ? step.open : step.close);
  }

  function select(i: number) {
    setActive(i);
    go({ selected: tree.row(i).id });
  }

  // The tab stop is built even when it is out of sight, or the focus would be lost.
  const built = rows.slice(from, to).map((row, n) => [row, from + n] as const);
  if (stop < from || stop >= to) built.push([rows[stop]!, stop]);
  return (
    <div ref={box} className={css.scroll} data-scrolls>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows open and close
        role="treegrid"
        aria-label="Topics"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        className={css.grid}
        style={{ "--columns": columns.map(widthOf).join(" ") } as CSSProperties}
        onKeyDown={press}
      >
        <Headings columns={columns} sort={sort} onSort={onSort} />
        <tbody className={css.body} style={{ height: rows.length * height }}>
          {built.map(([row, place]) => (
            <tr
              key={row.i}
              tabIndex={place === stop ? 0 : -1}
              aria-rowindex={place + 2}
              aria-level={row.depth + 1}
              aria-posinset={row.place}
              aria-setsize={row.siblings}
              aria-expanded={row.branch ? row.open : undefined}
              aria-selected={row.i === selected}
              className={css.row}
              style={{ top: place * height, height }}
              // or the browser would mark the text between two clicks
              onMouseDown={(event) => event.shiftKey && event.preventDefault()}
              onClick={(event) => {
                if (gathers(event)) gather(tree.row(row.i).id);
                else select(row.i);
              }}
              onFocus={() => setActive(row.i)}
            >
              <th scope="row" className={css.name}>
                <NameCell
                  row={tree.row(row.i)}
                  colour={colours.css(row.i)}
                  faded={colours.faded(row.i)}
                  gathered={group.includes(tree.row(row.i).id)}
                  branch={row.branch}
                  depth={row.depth}
                  passed={matches !== null && !matches.has(row.i)}
                  onToggle={() => onToggle(row.i)}
                />
              </th>
              {columns.map((column) => (
                <td key={column.key} className={css.value}>
                  <ValueCell column={column} i={row.i} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function widthOf({ bar }: TreeColumn): string {
  return bar ? "calc(44px + 3.75rem)" : "calc(16px + 3.75rem)";
}
