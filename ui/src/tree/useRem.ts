import { useEffect, useState } from "react";

/** The size of the page's font in pixels: 16, or what the browser is set to. */
export function useRem(): number {
  const [rem, setRem] = useState(read);
  useEffect(() => {
    if (typeof ResizeObserver === "undefined") return;
    const probe = document.createElement("span");
    probe.style.cssText = "position:absolute;width:1rem;height:0;visibility:hidden";
    document.body.append(probe);
    const watch = new ResizeObserver(() => setRem(read()));
    watch.observe(probe);
    return () => {
      watch.disconnect();
      probe.remove();
    };
  }, []);
  return rem;
}

function read(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
