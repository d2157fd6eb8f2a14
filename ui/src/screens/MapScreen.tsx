import { useEffect, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { MapView } from "../map/MapView";
import { topicsOf } from "../model/group";
import { ClusterPanel } from "../panel/ClusterPanel";
import { TimeSlider } from "../shell/TimeSlider";
import { onCommand } from "../state/commands";
import { type Loaded, useStore } from "../state/store";
import { TreeGrid } from "../tree/TreeGrid";
import styles from "./MapScreen.module.css";
import { useNarrow } from "./useNarrow";

/** Tree, map and chosen topic, side by side or, where there is no room, one at a time. */
export function MapScreen({ loaded }: { loaded: Loaded }) {
  const narrow = useNarrow();
  return (
    <>
      <h1 className="visually-hidden">Map</h1>
      {narrow ? <OneAtATime loaded={loaded} /> : <SideBySide loaded={loaded} />}
    </>
  );
}

function SideBySide({ loaded }: { loaded: Loaded }) {
  const selected = useStore((state) => state.view.selected);
  const group = useStore((state) => state.view.group);
  const chosen = loaded.tree.find(selected) !== null || topicsOf(loaded.tree, group).length > 0;
  return (
    <div className={styles.wide} data-chosen={chosen || undefined}>
      <section className={styles.tree} aria-label="Tree">
        <TreeGrid loaded={loaded} />
      </section>
      <div className={styles.middle}>
        <MapView loaded={loaded} />
        <TimeSlider loaded={loaded} />
      </div>
      {chosen && (
        <section className={styles.panel} aria-label="Chosen topic">
          <ClusterPanel loaded={loaded} />
        </section>
      )}
    </div>
  );
}

const PARTS = ["map", "tree", "topic"] as const;
const NAMES = { map: "Map", tree: "Tree", topic: "Topic" };

function OneAtATime({ loaded }: { loaded: Loaded }) {
  const selected = useStore((state) => state.view.selected);
  // who comes with a topic, from an address or a search, came for what is told of it
  const [part, setPart] = useState<string>(() =>
    loaded.tree.find(selected) === null ? "map" : "topic",
  );
  useEffect(() => onCommand("facts", () => setPart("topic")), []);
  return (
    <Tabs
      className={styles.narrow!}
      selectedKey={part}
      onSelectionChange={(key) => setPart(String(key))}
    >
      <TabList className={styles.tabs!} aria-label="Parts of the map">
        {PARTS.map((id) => (
          <Tab key={id} id={id} className={styles.tab!}>
            {NAMES[id]}
          </Tab>
        ))}
      </TabList>
      <TabPanel id="map" className={styles.middle!}>
        <MapView loaded={loaded} />
        <TimeSlider loaded={loaded} />
      </TabPanel>
      <TabPanel id="tree" className={styles.tree!}>
        <TreeGrid loaded={loaded} />
      </TabPanel>
      <TabPanel id="topic" className={styles.panel!}>
        <ClusterPanel loaded={loaded} />
      </TabPanel>
    </Tabs>
  );
}
