// A hue for every top area, told apart by people of all kinds of sight (after Okabe and Ito); the
// parts of an area vary a little in lightness.
import type { Tree } from "../model/tree";
import type { Theme } from "../state/theme";
import { fromHex, fromLch, type Rgb, toLch } from "./colour";

const HUES: Record<Theme, readonly string[]> = {
  light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#c98a00", "#3f9fd8", "#7a5195", "#8a8f2a"],
  dark: ["#56b4e9", "#ee7733", "#1fbf92", "#e38fc0", "#f0c23c", "#8fa2ff", "#c7a0e8", "#c3cf5a"],
};
const GOLDEN = 137.508; // degrees: neighbours in the order are far apart in hue

/** Colours by row. */
export function topicColours(tree: Tree, theme: Theme): Rgb[] {
  const found: Rgb[] = new Array(tree.rows.length);
  tree.roots.forEach((root, n) => {
    const own = hueOf(n, tree.roots.length, theme);
    found[root] = own;
    paint(tree, root, own, found);
  });
  return found;
}

function hueOf(n: number, of: number, theme: Theme): Rgb {
  const given = HUES[theme];
  if (of <= given.length) return fromHex(given[n]!);
  const tier = (n % 3) * 0.07;
  const light = theme === "dark" ? 0.7 + tier : 0.5 + tier;
  return fromLch(light, 0.13 - 0.02 * (n % 2), 245 + GOLDEN * n);
}

/** Children lie around their parent's colour, lighter and darker by turns. */
function paint(tree: Tree, parent: number, colour: Rgb, found: Rgb[]): void {
  const children = tree.children[parent]!;
  const [light, chroma, hue] = toLch(colour);
  const reach = tree.depth[parent] === 0 ? 1 : 0.4;
  children.forEach((child, n) => {
    const turn = children.length < 2 ? 0 : ((n * 0.618) % 1) - 0.5;
    found[child] = fromLch(light + 0.12 * reach * turn, chroma, hue + 16 * reach * turn);
    paint(tree, child, found[child]!, found);
  });
}
