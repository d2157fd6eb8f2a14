import { type RefObject, useEffect, useState } from "react";

/** Whether the map is narrower than so many pixels. */
export function useNarrowMap(host: RefObject<HTMLElement | null>, room: number): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    if (!host.current) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry) setNarrow(entry.contentRect.width < room);
    });
    watch.observe(host.current);
    return () => watch.disconnect();
  }, [host, room]);
  return narrow;
}
