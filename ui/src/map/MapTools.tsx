import { Button, Toolbar } from "react-aria-components";
import { save, stem } from "../charts/download";
import type { Colours } from "../overlay/colours";
import type { Loaded } from "../state/store";
import styles from "./MapTools.module.css";
import { takePicture } from "./picture";
import type { MapScene } from "./scene";

const SIGNS = {
  in: "M8 3v10M3 8h10",
  out: "M3 8h10",
  fit: "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3",
  save: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13h10",
};

interface Props {
  scene: MapScene;
  loaded: Loaded;
  colours: Colours;
}

/** Zoom, all of it, and the picture as a file. */
export function MapTools({ scene, loaded, colours }: Props) {
  const download = async () => {
    const blob = await takePicture(
      scene,
      `${loaded.report.title}. ${colouring(colours)}`,
      colours.legend,
    );
    save(blob, `${stem(loaded.report.title)}-map.png`);
  };
  return (
    <Toolbar className={styles.tools!} orientation="vertical" aria-label="Map" data-floats="">
      <Tool name="Zoom in" sign="in" press={() => scene.zoomBy(1.5)} />
      <Tool name="Zoom out" sign="out" press={() => scene.zoomBy(1 / 1.5)} />
      <Tool name="Show all of the map" sign="fit" press={() => scene.fitAll()} />
      <Tool name="Save the map as a picture (PNG)" sign="save" press={() => void download()} />
    </Toolbar>
  );
}

function colouring({ legend, overlay }: Colours): string {
  if (legend.kind !== "scale") return "";
  const lift = overlay.kind === "facet" && overlay.as === "lift";
  return `Coloured by ${legend.readings.title}${lift ? ", against the rest" : ""}.`;
}

function Tool(props: { name: string; sign: keyof typeof SIGNS; press: () => void }) {
  return (
    <Button aria-label={props.name} onPress={props.press} className={styles.tool!}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <title>{props.name}</title>
        <path d={SIGNS[props.sign]} />
      </svg>
    </Button>
  );
}
