import { useState } from "react";
import { count } from "../charts/format";
import { type Loaded, useStore } from "../state/store";
import { type Colours, useColours } from "./colours";
import styles from "./Legend.module.css";
import { ScaleBar } from "./ScaleBar";

const NAMED = 10; // topics that are listed

interface Props {
  loaded: Loaded;
  /** Conversations that one dot stands for; undefined: there are no dots beside it. */
  each?: number;
  /** Starts as its scale alone, to be opened. */
  folded?: boolean;
}

/** What the colours and the dots mean. */
export function Legend({ loaded, each, folded = false }: Props) {
  const { legend } = useColours(loaded);
  const [asked, setAsked] = useState(false);
  const whole = !folded || asked;
  return (
    <div className={styles.legend} data-tour="legend" data-whole={whole || undefined}>
      {folded && (
        <button
          type="button"
          className={styles.fold}
          aria-expanded={asked}
          onClick={() => setAsked(!asked)}
        >
          {asked ? "Less" : "What colours and dots mean"}
        </button>
      )}
      {legend.kind === "topics" && whole && <Topics loaded={loaded} items={legend.items} />}
      {legend.kind === "waiting" && <p>Loading</p>}
      {legend.kind === "missing" && <p>This report does not hold what the address asks for.</p>}
      {legend.kind === "scale" && <ScaleBar legend={legend} whole={whole} />}
      {each !== undefined && whole && (
        <p className={styles.note}>
          One dot is drawn for{" "}
          {each === 1 ? "each conversation counted" : `about ${count(each)} conversations`}; its
          place is made up.
        </p>
      )}
    </div>
  );
}

type Items = Extract<Colours["legend"], { kind: "topics" }>["items"];

function Topics({ loaded, items }: { loaded: Loaded; items: Items }) {
  const go = useStore((state) => state.go);
  const named = items.length > NAMED ? items.slice(0, NAMED - 1) : items;
  return (
    <ul className={styles.topics}>
      {named.map(({ cluster, colour }) => {
        const { id, name } = loaded.tree.row(cluster);
        return (
          <li key={id}>
            <button type="button" title={name} onClick={() => go({ selected: id })}>
              <i style={{ background: colour }} />
              <span dir="auto">{name}</span>
            </button>
          </li>
        );
      })}
      {named.length < items.length && (
        <li className={styles.more}>and {count(items.length - named.length)} more</li>
      )}
    </ul>
  );
}
