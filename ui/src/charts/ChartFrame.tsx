import { type ReactNode, useId, useRef, useState } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover, ToggleButton } from "react-aria-components";
import css from "./ChartFrame.module.css";
import { toCsv } from "./csv";
import { DataTable } from "./DataTable";
import { save, stem, toPng } from "./download";
import { pictureOf } from "./picture";
import type { ChartFrameProps } from "./types";

/** A chart with its title, the same numbers as a table, and both as files. */
export function ChartFrame<T>(props: ChartFrameProps<T>): ReactNode {
  const { title, lead, note, rows, columns, file, controls, children } = props;
  const [asTable, setAsTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const id = useId();
  const name = stem(file);

  async function download(kind: string) {
    if (kind === "csv") {
      save(new Blob([toCsv(rows, columns)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
      return;
    }
    if (!drawing.current) return;
    const { svg, width, height } = pictureOf(drawing.current, title, note ?? lead ?? "");
    if (kind === "svg") save(new Blob([svg], { type: "image/svg+xml" }), `${name}.svg`);
    else save(await toPng(svg, width, height), `${name}.png`);
  }

  return (
    <figure className={css.frame} aria-labelledby={id}>
      <figcaption className={css.head}>
        <h3 id={id} className={css.title} dir="auto">
          {title}
          {lead && <span className={css.lead}> {lead}</span>}
        </h3>
        <div className={css.tools}>
          {controls}
          <ToggleButton
            className={css.tool!}
            isSelected={asTable}
            onChange={setAsTable}
            aria-label={`${title}: as a table`}
          >
            <TableIcon />
          </ToggleButton>
          <MenuTrigger>
            <Button className={css.tool!} aria-label={`${title}: download`}>
              <DownloadIcon />
            </Button>
            <Popover className={css.popover!} placement="bottom end">
              <Menu className={css.menu!} onAction={(key) => void download(String(key))}>
                <MenuItem id="csv" className={css.item!}>
                  Numbers (CSV)
                </MenuItem>
                {/* While the table shows there is no drawing to save. */}
                {!asTable && (
                  <>
                    <MenuItem id="svg" className={css.item!}>
                      Drawing (SVG)
                    </MenuItem>
                    <MenuItem id="png" className={css.item!}>
                      Picture (PNG)
                    </MenuItem>
                  </>
                )}
              </Menu>
            </Popover>
          </MenuTrigger>
        </div>
      </figcaption>
      {asTable ? (
        <DataTable title={title} rows={rows} columns={columns} />
      ) : (
        <div ref={drawing} className={css.drawing}>
          {children}
        </div>
      )}
      {note && <p className={css.note}>{note}</p>}
    </figure>
  );
}

function TableIcon() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" className={css.icon}>
      <path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6" />
    </svg>
  );
}

function DownloadIcon() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" className={css.icon}>
      <path d="M8 2.5v7.5M4.8 7.2 8 10.4l3.2-3.2M3 13.5h10" />
    </svg>
  );
}
