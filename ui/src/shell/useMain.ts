import { type RefObject, useEffect, useRef } from "react";
import { useStore } from "../state/store";
import { nameOfScreen } from "./names";

/** Keeps the window's title in step; after a step to another screen, reading begins at its top. */
export function useMain(): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const screen = useStore((state) => state.view.screen);
  const title = useStore((state) => state.loaded?.report.title ?? "");
  const topic = useStore(({ loaded, view }) => {
    const at = view.screen === "map" ? loaded?.tree.find(view.selected) : null;
    return at == null ? "" : loaded!.tree.row(at).name;
  });
  const before = useRef(screen);

  useEffect(() => {
    const parts = [topic || nameOfScreen(screen), title, "anonymuse"].filter(Boolean);
    document.title = parts.join(" · ");
  }, [screen, title, topic]);

  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    if (useStore.getState().cameBack) return;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [screen]);
  return main;
}
