import css from "./DataTable.module.css";
import type { Column } from "./types";

/** The numbers of a chart as a table; wide ones scroll inside their own box. */
export function DataTable<T>(props: {
  title: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
}) {
  const { title, rows, columns } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.scroll} aria-label={`${title}, as a table`} tabIndex={0}>
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" data-align={column.align}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            // Rows have no key of their own here and never change places.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <tr key={n}>
              {columns.map((column, i) =>
                i === 0 ? (
                  <th key={column.title} scope="row" dir="auto">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.title} data-align={column.align} dir="auto">
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
