import type { Loaded } from "../../state/store";
import { Part } from "../page/Part";
import { FacetTile } from "./FacetTile";
import css from "./Glance.module.css";
import { TimeTile } from "./TimeTile";

/** What is counted beside topics: when, in which language, how long, how concerning ... */
export function Glance({ loaded }: { loaded: Loaded }) {
  const { facets, windows } = loaded.report;
  if (!facets.length && !windows.length)
    return (
      <Part title="Beside the topics">
        <p className={css.none}>
          Nothing else was counted: the run asked for no facet, and the conversations carry no time.
          A run with <code>--facets work</code>, for instance, counts more;{" "}
          <code>anonymuse facets list</code> names what there is.
        </p>
      </Part>
    );
  return (
    <Part
      title="Beside the topics"
      lead="The whole report by what else was counted. A name leads to the map, coloured by it."
    >
      <div className={css.tiles}>
        {windows.length > 0 && <TimeTile loaded={loaded} />}
        {facets.map((facet) => (
          <FacetTile key={facet.name} loaded={loaded} facet={facet} />
        ))}
      </div>
    </Part>
  );
}
