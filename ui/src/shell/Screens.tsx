import { Compare } from "../screens/Compare";
import { How } from "../screens/How";
import { MapScreen } from "../screens/MapScreen";
import { Notes } from "../screens/Notes";
import { Overview } from "../screens/Overview";
import { QuadrantScreen } from "../screens/QuadrantScreen";
import { type Loaded, useStore } from "../state/store";

const SCREENS = {
  overview: Overview,
  map: MapScreen,
  compare: Compare,
  quadrant: QuadrantScreen,
  notes: Notes,
  how: How,
};

export function Screens({ loaded }: { loaded: Loaded }) {
  const Shown = SCREENS[useStore((state) => state.view.screen)];
  return <Shown loaded={loaded} />;
}
