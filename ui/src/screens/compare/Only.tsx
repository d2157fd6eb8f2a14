import { useState } from "react";
import { count, percent } from "../../charts/format";
import type { Tree } from "../../model/tree";
import { toHash } from "../../state/url";
import { START } from "../../state/view";
import { More } from "../page/More";
import css from "./Compare.module.css";

const LISTED = 12;

interface Props {
  title: string;
  tree: Tree;
  /** Key of the tree, for links. */
  name: string;
  found: readonly number[];
}

/** Topics without a counterpart in the other report, largest first. */
export function Only({ title, tree, name, found }: Props) {
  const [all, setAll] = useState(false);
  const rows = found.map((i) => tree.row(i)).sort((a, b) => b.share - a.share);
  return (
    <section className={css.only}>
      <h3 dir="auto">{title}</h3>
      {rows.length === 0 && <p className={css.none}>No topic.</p>}
      <ul className={css.plain}>
        {rows.slice(0, all ? rows.length : LISTED).map((row) => (
          <li key={row.id}>
            <a href={toHash({ ...START, tree: name, screen: "map", selected: row.id })} dir="auto">
              {row.name}
            </a>{" "}
            <span className="quiet">{percent(row.share)}</span>
          </li>
        ))}
      </ul>
      {rows.length > LISTED && (
        <More onPress={() => setAll(!all)}>
          {all ? `The ${LISTED} largest` : `Show ${count(rows.length)}`}
        </More>
      )}
    </section>
  );
}
