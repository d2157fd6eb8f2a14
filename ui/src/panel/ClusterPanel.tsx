import { type Loaded, useStore } from "../state/store";
import css from "./ClusterPanel.module.css";
import { OneCluster } from "./OneCluster";
import { WholeReport } from "./WholeReport";

/** All that is told of the selected cluster; of the whole report where none is. */
export function ClusterPanel({ loaded }: { loaded: Loaded }) {
  const cluster = useStore(({ view }) => loaded.tree.find(view.selected));
  return (
    <div className={css.panel}>
      {cluster === null ? (
        <WholeReport loaded={loaded} />
      ) : (
        // Another cluster starts at its top, with its lists closed.
        <OneCluster key={`${loaded.key}/${cluster}`} loaded={loaded} cluster={cluster} />
      )}
    </div>
  );
}
