import { useId } from "react";
import type { ClusterRow } from "../api/types";
import { Hatch } from "../charts/Hatch";
import css from "./NameCell.module.css";

interface Props {
  row: ClusterRow;
  /** null: not shown. */
  colour: string | null;
  faded: boolean;
  /** Taken together with others. */
  gathered: boolean;
  branch: boolean;
  depth: number;
  /** On the way to what a search found, not found itself. */
  passed: boolean;
  onToggle: () => void;
}

/** Chevron, colour and name; the whole name is in the tooltip where two lines are not enough. */
export function NameCell(props: Props) {
  const { row, colour, faded, gathered, branch, depth, passed, onToggle } = props;
  return (
    <div className={css.cell} style={{ paddingInlineStart: 4 + 14 * Math.min(depth, 8) }}>
      {branch ? (
        // The mouse's way; by keyboard and by screen reader the row itself opens and closes.
        <span
          className={css.chevron}
          aria-hidden="true"
          data-chevron
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
        >
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M4.5 2.5 8 6l-3.5 3.5" />
          </svg>
        </span>
      ) : (
        <span className={css.leaf} />
      )}
      <Swatch colour={colour} faded={faded} />
      <span
        className={css.name}
        dir="auto"
        title={row.name}
        data-passed={passed || undefined}
        data-top={(depth === 0 && branch) || undefined}
      >
        {row.name}
      </span>
      {gathered && (
        <svg className={css.gathered} width="14" height="14" viewBox="0 0 14 14" role="img">
          <title>gathered</title>
          <path d="M3 7.5 6 10.5 11.5 4" />
        </svg>
      )}
    </div>
  );
}

function Swatch({ colour, faded }: { colour: string | null; faded: boolean }) {
  const id = useId();
  return (
    <svg className={css.swatch} width="10" height="10" aria-hidden="true">
      {colour === null && <Hatch id={id} />}
      {colour === null ? (
        <circle className={css.untold} cx="5" cy="5" r="4.5" fill={`url(#${id})`} />
      ) : (
        <circle cx="5" cy="5" r="5" fill={colour} opacity={faded ? 0.4 : 1} />
      )}
    </svg>
  );
}
