import { useId } from "react";
import { NOT_SHOWN, NOT_SHOWN_WHY } from "../charts/format";
import { Hatch } from "../charts/Hatch";
import type { TreeColumn } from "./columns";
import css from "./ValueCell.module.css";

/** A number, with a bar where the column has one; hatched where it is not shown, bold where it stands out. */
export function ValueCell({ column, i }: { column: TreeColumn; i: number }) {
  const id = useId();
  const value = column.value(i);
  if (value === null)
    return (
      <span className={css.cell} title={`${NOT_SHOWN}: ${NOT_SHOWN_WHY}`}>
        <svg width="28" height="8" aria-hidden="true">
          <Hatch id={id} />
          <rect width="28" height="8" fill={`url(#${id})`} />
        </svg>
        <span className="visually-hidden">{NOT_SHOWN}</span>
      </span>
    );
  const notable = column.notable?.(i);
  const title = [column.within?.(i), notable && "stands out"].filter(Boolean).join("; ");
  return (
    <span className={css.cell} title={title || undefined} data-notable={notable || undefined}>
      {column.bar && (
        <svg className={css.bar} width="44" height="8" aria-hidden="true">
          <rect width={Math.max(1, 44 * column.bar(value))} height="8" rx="1" />
        </svg>
      )}
      <span className={css.number}>
        {column.words(value, i)}
        {notable && <span className="visually-hidden">, stands out</span>}
      </span>
    </span>
  );
}
