import { useSyncExternalStore } from "react";

const QUERY = "(max-width: 47.5em)";

/** Whether the window has no room for columns. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(QUERY);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(QUERY).matches,
  );
}
