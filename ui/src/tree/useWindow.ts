// Which rows of a long list are in sight: only those are built.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";

/** Rows beyond the edge, so that scrolling never shows a blank. */
const MORE = 8;

export interface ListWindow {
  from: number;
  to: number;
  /** How many rows fit. */
  page: number;
  intoSight(place: number): void;
}

/** All rows are `height` high and stand under a heading that stays. */
export function useWindow(
  box: RefObject<HTMLElement | null>,
  rows: number,
  height: number,
  heading: number,
): ListWindow {
  const [at, setAt] = useState({ top: 0, page: 30 });
  useLayoutEffect(() => {
    const node = box.current;
    if (!node) return;
    const read = () => {
      const top = Math.floor(node.scrollTop / height);
      const page = Math.max(1, Math.floor((node.clientHeight - heading) / height)) || 30;
      setAt((was) => (was.top === top && was.page === page ? was : { top, page }));
    };
    read();
    node.addEventListener("scroll", read, { passive: true });
    const observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(read);
    observer?.observe(node);
    return () => {
      node.removeEventListener("scroll", read);
      observer?.disconnect();
    };
  }, [box, height, heading]);
  // Fewer rows than before: the browser moves the scroll bar without an event.
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another number of rows
  useEffect(() => {
    box.current?.dispatchEvent(new Event("scroll"));
  }, [box, rows]);
  const intoSight = useCallback(
    (place: number) => {
      const node = box.current;
      if (!node || node.clientHeight === 0) return;
      const top = place * height;
      const room = node.clientHeight - heading;
      if (top - height < node.scrollTop) node.scrollTop = top - height;
      else if (top + 2 * height > node.scrollTop + room) node.scrollTop = top + 2 * height - room;
    },
    [box, height, heading],
  );
  return {
    from: Math.max(0, at.top - MORE),
    to: Math.min(rows, at.top + at.page + 1 + MORE),
    page: at.page,
    intoSight,
  };
}
