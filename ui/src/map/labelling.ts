// Every cluster's name as a label: its lines and size on screen, by the level it stands at.
import type { Tree } from "../model/tree";
import type { LabelBox } from "./labels";
import { canvasRuler, type LabelStyle, type Measured, wrap } from "./measure";

export type Rank = "top" | "middle" | "base";

export interface Label {
  rank: Rank;
  text: Measured;
}

export interface Labelling {
  labels: readonly Label[];
  boxes: readonly LabelBox[];
}

type Style = Omit<LabelStyle, "font"> & { face: string };

/** In step with MapLabels.module.css. */
const STYLES: Record<Rank, Style> = {
  top: { face: "680 15px", line: 18, widest: 134, lines: 5 },
  middle: { face: "620 12.5px", line: 15, widest: 138, lines: 3 },
  base: { face: "450 11.5px", line: 14, widest: 118, lines: 3 },
};

/** Of a small window; in step with MapCard.module.css too. */
const SMALL: Record<Rank, Style> = {
  top: { face: "660 12.5px", line: 15, widest: 94, lines: 4 },
  middle: { face: "620 12px", line: 14, widest: 88, lines: 4 },
  base: { face: "450 11.5px", line: 14, widest: 76, lines: 4 },
};

export function rankOf(tree: Tree, i: number): Rank {
  if (tree.children[i]!.length === 0) return tree.depth[i] === 0 ? "middle" : "base";
  return tree.depth[i] === 0 ? "top" : "middle";
}

/** `compact`: for a small window. */
export function makeLabels(tree: Tree, family: string, compact = false): Labelling {
  const styled = (rank: Rank) => {
    const own = (compact ? SMALL : STYLES)[rank];
    const font = `${own.face} ${family}`;
    return { style: { ...own, font }, ruler: canvasRuler(font) };
  };
  const styles = { top: styled("top"), middle: styled("middle"), base: styled("base") };
  const labels = tree.rows.map((row, i): Label => {
    const rank = rankOf(tree, i);
    const { style, ruler } = styles[rank];
    return { rank, text: wrap(row.name, style, ruler) };
  });
  const boxes = tree.rows.map(
    (row, i): LabelBox => ({
      x: row.x,
      y: row.y,
      radius: Math.max(row.radius, 1e-6),
      width: labels[i]!.text.width,
      height: labels[i]!.text.height,
      parent: row.parent,
      depth: tree.depth[i]!,
      weight: row.conversations,
      leaf: tree.children[i]!.length === 0,
    }),
  );
  return { labels, boxes };
}
