import { useMemo } from "react";
import { topicsOf } from "../model/group";
import { type Loaded, useStore } from "../state/store";
import css from "./ClusterPanel.module.css";
import { GroupPanel } from "./GroupPanel";
import { OneCluster } from "./OneCluster";
import { WholeReport } from "./WholeReport";

/** All that is told of the gathered clusters, of the selected one, or of the whole report. */
export function ClusterPanel({ loaded }: { loaded: Loaded }) {
  const cluster = useStore(({ view }) => loaded.tree.find(view.selected));
  const group = useStore(({ view }) => view.group);
  const topics = useMemo(() => topicsOf(loaded.tree, group), [loaded.tree, group]);
  if (topics.length > 0)
    return (
      <div className={css.panel}>
        <GroupPanel loaded={loaded} topics={topics} />
      </div>
    );
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
