// Where the names of a scatter chart's corners stand: never across the line between two halves.
import { PAD, type Plot } from "./scatter";
import type { ScatterAxis, ScatterCorners } from "./types";

export interface CornerLabel {
  text: string;
  x: number;
  y: number;
  anchor: "start" | "end";
}

interface Corner {
  text: string | undefined;
  side: "left" | "right";
  end: "top" | "bottom";
}

const LETTER = 6.2; // pixels, about
const INSET = 6;
const LINE = 20;
const WORDS = 14; // what stands along a line takes so much beside it

/** Inside its corner, or where that is too small, just outside with an arrow to it. */
export function cornerLabels(
  { topLeft, topRight, bottomLeft, bottomRight }: ScatterCorners,
  plot: Pick<Plot, "width" | "height" | "x" | "y">,
  xAxis: Pick<ScatterAxis, "split">,
  yAxis: Pick<ScatterAxis, "split">,
): CornerLabel[] {
  const [left, right] = [PAD.left, plot.width - PAD.right];
  const [top, floor] = [PAD.top, plot.height - PAD.bottom];
  const column = xAxis.split === undefined ? null : plot.x(xAxis.split);
  const row = yAxis.split === undefined ? null : plot.y(yAxis.split);

  const placed = ({ text, side, end }: Corner): CornerLabel[] => {
    if (!text) return [];
    const wide = text.length * LETTER + 2 * INSET;
    const isLeft = side === "left";
    const isTop = end === "top";
    const across = isLeft ? (column ?? right) - WORDS - left : right - (column ?? left);
    const down = isTop ? (row ?? floor) - top : floor - (row ?? top);
    const beside = column !== null && across < wide;
    const beyond = row !== null && down < LINE;
    const arrow = arrowTo(side, end, beside, beyond);
    const x = isLeft ? (beside ? column : left) + INSET : (beside ? column - WORDS : right) - INSET;
    // The words of the level line stand at its right end.
    const low = (beyond ? row! - (isLeft || beside ? 0 : WORDS) : floor) - 8;
    const y = isTop ? (beyond ? row! : top) + 14 : low;
    const told = !arrow ? text : isLeft ? `${arrow} ${text}` : `${text} ${arrow}`;
    return [{ text: told, x, y, anchor: isLeft ? "start" : "end" }];
  };
  return [
    ...placed({ text: topLeft, side: "left", end: "top" }),
    ...placed({ text: topRight, side: "right", end: "top" }),
    ...placed({ text: bottomLeft, side: "left", end: "bottom" }),
    ...placed({ text: bottomRight, side: "right", end: "bottom" }),
  ];
}

function arrowTo(
  side: Corner["side"],
  end: Corner["end"],
  beside: boolean,
  beyond: boolean,
): string {
  if (beside && beyond)
    return { top: { left: "↖", right: "↗" }, bottom: { left: "↙", right: "↘" } }[end][side];
  if (beside) return side === "left" ? "←" : "→";
  if (beyond) return end === "top" ? "↑" : "↓";
  return "";
}
