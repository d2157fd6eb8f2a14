import type { Tree } from "../model/tree";
import type { TreeColumn } from "./columns";
import type { Order } from "./rows";

export interface Sort {
  column: string;
  descending: boolean;
}

/** A first click on numbers puts the most first, on names A; a second turns it round. */
export function nextSort(sort: Sort | null, column: string): Sort {
  if (sort?.column === column) return { column, descending: !sort.descending };
  return { column, descending: column !== "name" };
}

/** null: as published, largest first among siblings. */
export function orderOf(
  tree: Tree,
  columns: readonly TreeColumn[],
  sort: Sort | null,
): Order | null {
  if (!sort) return null;
  const { descending } = sort;
  if (sort.column === "name") return { value: (i) => tree.row(i).name, descending };
  const column = columns.find(({ key }) => key === sort.column);
  return column ? { value: column.value, descending } : null;
}
