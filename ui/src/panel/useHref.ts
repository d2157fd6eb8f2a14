import { useStore } from "../state/store";
import { toHash } from "../state/url";
import type { View } from "../state/view";

/** Addresses that differ from the present one in a few things: real links, so they open in tabs. */
export function useHref(): (change: Partial<View>) => string {
  const view = useStore((state) => state.view);
  return (change) => toHash({ ...view, ...change });
}
