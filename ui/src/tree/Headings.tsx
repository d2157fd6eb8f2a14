import type { TreeColumn } from "./columns";
import css from "./Headings.module.css";
import { nextSort, type Sort } from "./sort";

interface Props {
  columns: readonly TreeColumn[];
  sort: Sort | null;
  onSort: (sort: Sort) => void;
}

/** The heading row: every column sorts. Sizes come sorted, so their arrow stands there at first. */
export function Headings({ columns, sort, onSort }: Props) {
  const now = sort ?? { column: "size", descending: true };
  return (
    <thead className={css.head}>
      <tr aria-rowindex={1} className={css.row}>
        {[{ key: "name", title: "Topic", note: "" }, ...columns].map(({ key, title, note }) => {
          const sorted = now.column === key;
          return (
            <th
              key={key}
              scope="col"
              aria-sort={sorted ? (now.descending ? "descending" : "ascending") : "none"}
              className={css.cell}
            >
              <button type="button" title={note} onClick={() => onSort(nextSort(now, key))}>
                {title}
                <span aria-hidden="true" className={css.arrow}>
                  {sorted ? (now.descending ? "▼" : "▲") : ""}
                </span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
