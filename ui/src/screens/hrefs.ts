// Links from a screen to a place in the explorer, as addresses: they open in a new tab too.
import type { Loaded } from "../state/store";
import { toHash } from "../state/url";
import { START, type View } from "../state/view";

export function hrefTo(loaded: Loaded, change: Partial<View>): string {
  return toHash({ ...START, tree: loaded.key, ...change });
}

/** Where a cluster is looked at: on the map, selected. */
export function hrefOf(loaded: Loaded, cluster: number, change: Partial<View> = {}): string {
  return hrefTo(loaded, { screen: "map", selected: loaded.tree.row(cluster).id, ...change });
}
