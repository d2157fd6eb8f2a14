// The address bar. Inside a notebook the page is a frame without an address of its own: history
// refuses by throwing and links must not leave the frame.

/** The part after "#", or where the page itself says that it opens. */
export function readAddress(): string {
  return location.hash || (document.getElementById("root")?.dataset.start ?? "");
}

/** Writes the part after "#"; a frame that may not is left as it is. */
export function writeAddress(hash: string, replace: boolean): void {
  try {
    if (replace || hash === location.hash) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
  } catch {
    // the page works without an address
  }
}

/** Calls back with the hash of every plain click on a link to a view of the explorer. */
export function onInnerLink(open: (hash: string) => void): () => void {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    const hash = link?.getAttribute("href");
    if (!hash || link?.getAttribute("target") === "_blank") return;
    event.preventDefault();
    if (hash.startsWith("#/")) open(hash);
    else jumpTo(hash.slice(1));
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}

/** A place on the same screen: the address stays the view's. */
function jumpTo(id: string): void {
  const there = document.getElementById(id);
  there?.scrollIntoView();
  there?.focus({ preventScroll: true });
}
