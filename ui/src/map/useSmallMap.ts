import { type RefObject, useEffect, useState } from "react";

/** Whether the map is narrower, or lower, than so many pixels. */
export function useSmallMap(
  host: RefObject<HTMLElement | null>,
  width: number,
  height = 0,
): boolean {
  const [small, setSmall] = useState(false);
  useEffect(() => {
    if (!host.current) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry) setSmall(entry.contentRect.width < width || entry.contentRect.height < height);
    });
    watch.observe(host.current);
    return () => watch.disconnect();
  }, [host, width, height]);
  return small;
}
