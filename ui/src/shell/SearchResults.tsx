import { units } from "../charts/format";
import type { Loaded } from "../state/store";
import { Marked } from "./Marked";
import css from "./SearchResults.module.css";
import type { Hit } from "./search";

interface Props {
  id: string;
  loaded: Loaded;
  hits: readonly Hit[];
  /** How many there are altogether. */
  total: number;
  open: boolean;
  /** The row that Enter chooses; -1: none. */
  active: number;
  onChoose: (row: number) => void;
}

/** The best topics for a query, and a last row for all of them. */
export function SearchResults({ id, loaded, hits, total, open, active, onChoose }: Props) {
  const rows = hits.map((hit) => <Result key={hit.cluster} hit={hit} loaded={loaded} />);
  if (total > hits.length)
    rows.push(
      <span key="all" className={css.all}>
        Show all {total} on the map
      </span>,
    );
  return (
    <>
      <div className={css.popup} data-open={(open && total > 0) || undefined}>
        {/* focus stays in the field, which names the chosen row: the ARIA combobox pattern */}
        <div className={css.list} id={id} role="listbox" aria-label="Topics found" tabIndex={-1}>
          {open &&
            rows.map((content, row) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
              <div
                key={content.key}
                id={`${id}-${row}`}
                className={css.item}
                role="option"
                tabIndex={-1}
                aria-selected={row === active}
                ref={row === active ? (item) => item?.scrollIntoView?.({ block: "nearest" }) : null}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => onChoose(row)}
              >
                {content}
              </div>
            ))}
        </div>
      </div>
      <p className={css.said} role="status" data-none={(open && total === 0) || undefined}>
        {open && (total === 0 ? NONE : `${total} ${total === 1 ? "topic" : "topics"} found.`)}
      </p>
    </>
  );
}

const NONE = "No topic has these words in its name or description.";

function Result({ hit, loaded }: { hit: Hit; loaded: Loaded }) {
  const { tree, report } = loaded;
  const row = tree.row(hit.cluster);
  const path = tree.path(hit.cluster).map((i) => tree.row(i).name);
  return (
    <>
      <span className={css.name} dir="auto">
        <Marked text={row.name} terms={hit.terms} />
      </span>
      <span className={css.where}>
        <span className={css.path} dir="auto" title={path.join(" › ")}>
          {path.length > 1
            ? `in ${path.at(-2)}`
            : tree.children[hit.cluster]!.length
              ? "An area"
              : "A topic"}
        </span>
        <span className={css.size}>{units(row.units, report.unit)}</span>
      </span>
    </>
  );
}
