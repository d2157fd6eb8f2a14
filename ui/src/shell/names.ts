// What screens and groupings are called on screen.
import type { TreeEntry } from "../api/types";
import type { Screen } from "../state/view";
import type { IconName } from "./Icon";

export const PLACES: readonly {
  screen: Screen;
  name: string;
  /** Where there is little room. */
  short: string;
  icon: IconName;
}[] = [
  { screen: "overview", name: "Overview", short: "Overview", icon: "overview" },
  { screen: "map", name: "Map", short: "Map", icon: "map" },
  { screen: "compare", name: "Compare", short: "Compare", icon: "compare" },
  { screen: "quadrant", name: "Quadrant", short: "Quadrant", icon: "quadrant" },
  { screen: "notes", name: "Bookmarks", short: "Bookmarks", icon: "notes" },
  { screen: "how", name: "How it was made", short: "How", icon: "how" },
];

export function nameOfScreen(screen: Screen): string {
  return PLACES.find((place) => place.screen === screen)!.name;
}

/** "By topic" for the main grouping, "By tone" for a further one, a second report by its title. */
export function nameOfTree(entry: TreeEntry): string {
  if (entry.key === "other") return `Other report: ${entry.title}`;
  return `By ${entry.facet ? entry.facet.replaceAll("_", " ") : "topic"}`;
}
