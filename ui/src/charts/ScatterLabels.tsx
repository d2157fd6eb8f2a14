import css from "./ScatterChart.module.css";
import type { Spot } from "./scatter";

interface Props {
  spots: readonly Spot[];
  width: number;
  top: number;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const LETTER = 6.1;
const LONGEST = 30;

/** Names beside marked points, largest first; one that would cover another is left out. */
export function ScatterLabels({ spots, width, top }: Props) {
  const taken: Box[] = [];
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a <g> takes no focus
    <g className={css.names} aria-hidden="true">
      {spots.filter(isMarked).map(({ point, x, y, r }) => {
        const text = short(point.label);
        const reach = r + 4;
        const wide = text.length * LETTER;
        const flip = x + reach + wide > width;
        const left = flip ? x - reach - wide : x + reach;
        const box = { left, right: left + wide, top: y - 8, bottom: y + 8 };
        if (box.left < 0 || box.top < top || taken.some((other) => overlap(box, other)))
          return null;
        taken.push(box);
        return (
          <text
            key={point.key}
            x={flip ? x - reach : x + reach}
            y={y + 4}
            textAnchor={flip ? "end" : "start"}
          >
            {text}
          </text>
        );
      })}
    </g>
  );
}

function isMarked({ point }: Spot): boolean {
  return point.marked === true;
}

function short(label: string): string {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1).trimEnd()}…` : label;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
