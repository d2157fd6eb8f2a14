import type { Loaded } from "../../state/store";
import { hrefTo } from "../hrefs";
import css from "./Quadrant.module.css";

/** Why there is nothing here, and what a run needs so that there is. */
export function Missing({ loaded }: { loaded: Loaded }) {
  const facets = loaded.report.facets.map((facet) => facet.name);
  const concern = facets.includes("concern");
  // what is told of one of the two stands on the map
  const measured = ["refused", "concern"].find((key) => loaded.tree.measures.has(key));
  const second = facets.some((name) => name === "refused" || name.includes("flag"));
  return (
    <div className={css.missing}>
      <p>{why(concern, second)}</p>
      <h2>How to get it</h2>
      <ul>
        <li>
          With a chat model:{" "}
          <code>anonymuse run FILE --out DIR --extract llm --chat URL#MODEL</code> asks of every
          conversation how concerning it is and whether the assistant refused.
        </li>
        <li>
          With answers that you already have: <code>--facets-from FILE</code>, with the columns{" "}
          <code>concern</code> (1 to 5) and <code>refused</code> (yes, partly, no).
        </li>
        <li>
          For a classifier's flags: a boolean facet with “flag” in its name, such as{" "}
          <code>flagged</code>, computed from a column of your data or filled in by a file.
        </li>
      </ul>
      <p>
        {measured ? (
          <a href={hrefTo(loaded, { screen: "map", overlay: { kind: "measure", key: measured } })}>
            The map, coloured by {loaded.tree.measures.get(measured)!.title}
          </a>
        ) : (
          <a href={hrefTo(loaded, { screen: "map" })}>Back to the map</a>
        )}
      </p>
    </div>
  );
}

function why(concern: boolean, second: boolean): string {
  if (!concern)
    return "This report does not say how concerning its topics are, so nothing can be set against it.";
  if (!second)
    return "This report says how concerning its topics are, but neither what was refused nor what a classifier flagged.";
  return "Fewer than three topics of this report have enough people for both numbers. A report on more conversations, or of fewer and larger topics, would show more.";
}
