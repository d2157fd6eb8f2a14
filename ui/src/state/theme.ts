// Light or dark: as the system has it, until somebody chooses the other.
import { create } from "zustand";
import { forget, recall, remember } from "./storage";

export type Theme = "light" | "dark";

const KEPT = "anonymuse.theme";
const DARK = "(prefers-color-scheme: dark)";
const system = (): Theme => (globalThis.matchMedia?.(DARK).matches ? "dark" : "light");

function chosen(): Theme | null {
  const kept = recall(KEPT);
  return kept === "light" || kept === "dark" ? kept : null;
}

export const useTheme = create<{ theme: Theme; toggle(): void }>()((set, get) => ({
  theme: chosen() ?? system(),
  toggle() {
    const theme: Theme = get().theme === "dark" ? "light" : "dark";
    // the same as the system's: follow it again
    if (theme === system()) forget(KEPT);
    else remember(KEPT, theme);
    set({ theme });
  },
}));

/** Puts the theme on the page and keeps it in step; call before the first paint. */
export function followTheme(): void {
  const show = ({ theme }: { theme: Theme }) => {
    document.documentElement.dataset.theme = theme;
  };
  show(useTheme.getState());
  useTheme.subscribe(show);
  matchMedia(DARK).addEventListener("change", () =>
    useTheme.setState({ theme: chosen() ?? system() }),
  );
}
