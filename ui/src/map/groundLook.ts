import type { Tree } from "../model/tree";
import type { Colours } from "../overlay/colours";
import type { Theme } from "../state/theme";
import type { GroundLook } from "./ground";

/** Islands in the colours of their topics; grey where colours say something else. */
export function groundLook({ legend }: Colours, tree: Tree, theme: Theme): GroundLook {
  const tokens = getComputedStyle(document.documentElement);
  const token = (name: string) => tokens.getPropertyValue(name).trim();
  const topics = legend.kind === "topics" ? legend.items.map((item) => item.colour) : null;
  return {
    dark: theme === "dark",
    tints: topics ?? tree.roots.map(() => token("--ink-3")),
    ring: token("--ink"),
    paper: token("--map-paper"),
  };
}
