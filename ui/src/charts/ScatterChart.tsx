import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { cornerLabels } from "./corners";
import { count } from "./format";
import { nearestIn } from "./neighbours";
import css from "./ScatterChart.module.css";
import { ScatterCloud } from "./ScatterCloud";
import { ScatterFrame } from "./ScatterFrame";
import { ScatterLabels } from "./ScatterLabels";
import { ScatterPoints } from "./ScatterPoints";
import { ScatterCross, ScatterTip } from "./ScatterTip";
import { layout, PAD, spotAt } from "./scatter";
import type { ScatterAxis, ScatterCorners, ScatterPoint } from "./types";
import { useWidth } from "./width";

interface Props {
  points: readonly ScatterPoint[];
  x: ScatterAxis;
  y: ScatterAxis;
  corners?: ScatterCorners;
  selected?: string | null;
  onSelect?: (key: string) => void;
  /** "people" */
  unit?: string;
}

/** With more points than this they are one picture, and elements only where somebody is. */
const MANY = 1500;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Clusters by two measures. Arrow keys walk to the nearest point that way, Enter selects it. */
export function ScatterChart(props: Props) {
  const { points, x: xAxis, y: yAxis, corners = {}, selected, onSelect, unit = "people" } = props;
  const [ref, width] = useWidth<HTMLDivElement>(640);
  const [active, setActive] = useState<string | null>(null);
  const nodes = useRef(new Map<string, SVGGElement>());
  const [walked, setWalked] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  // Axes are made anew at every rendering; the drawing asks only for where their halves part.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const plot = useMemo(
    () => layout(points, xAxis, yAxis, width),
    [points, xAxis.split, yAxis.split, width],
  );
  const { spots, height } = plot;
  const many = spots.length > MANY;
  const shown = spots.find((spot) => spot.point.key === active);
  // One stop in the tab order: where a key led, else the selected point, else the largest.
  const has = (key: string | null | undefined) => spots.some(({ point }) => point.key === key);
  const stop = [walked, selected].find(has) ?? spots.at(0)?.point.key;
  const near = new Set([stop, selected, active]);
  const built = many ? spots.filter(({ point }) => near.has(point.key)) : spots;

  // A key walked on to a point that had no element yet.
  useLayoutEffect(() => {
    if (wanted.current !== null) nodes.current.get(wanted.current)?.focus();
    wanted.current = null;
  });

  function walk(event: KeyboardEvent, key: string) {
    const way = ARROWS[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onSelect?.(key);
    } else if (way) {
      event.preventDefault();
      event.stopPropagation();
      const at = spots.findIndex(({ point }) => point.key === key);
      const next = nearestIn(spots, at, way);
      if (next === null) return;
      wanted.current = spots[next]!.point.key;
      setWalked(wanted.current);
    }
  }

  /** The point under the mouse, where points are a picture. */
  function under(event: { clientX: number; clientY: number; currentTarget: Element }) {
    const box = event.currentTarget.getBoundingClientRect();
    return spotAt(spots, event.clientX - box.left, event.clientY - box.top)?.point.key ?? null;
  }

  const mouse = many && {
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => setActive(under(event)),
    onPointerLeave: () => setActive(null),
    // A finger presses without having moved there.
    onClick: (event: MouseEvent<SVGSVGElement>) => {
      const key = under(event);
      const onPoint = event.target instanceof Element && event.target.closest("[role='button']");
      if (key !== null && !onPoint) onSelect?.(key);
    },
  };
  return (
    <div ref={ref} className={css.chart}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of points, not of form fields */}
      <svg
        width={width}
        height={height}
        role="group"
        aria-label={`${yAxis.title} against ${xAxis.title}: ${count(points.length)} points. Arrow keys walk from point to point.`}
        {...mouse}
      >
        <ScatterFrame plot={plot} xAxis={xAxis} yAxis={yAxis} />
        <g className={css.corner}>
          {cornerLabels(corners, plot, xAxis, yAxis).map(({ text, x, y, anchor }) => (
            <text key={text} x={x} y={y} textAnchor={anchor}>
              {text}
            </text>
          ))}
        </g>
        {many && <ScatterCloud plot={plot} />}
        <ScatterPoints
          spots={built}
          xAxis={xAxis}
          yAxis={yAxis}
          unit={unit}
          stop={stop}
          selected={selected}
          drawn={many}
          nodes={nodes.current}
          onSelect={(key) => onSelect?.(key)}
          onActive={setActive}
          onFocus={(key) => {
            setActive(key);
            setWalked(key);
          }}
          onKey={walk}
        />
        <ScatterLabels spots={spots} width={width} top={PAD.top} />
        {shown && <ScatterCross spot={shown} plot={plot} />}
      </svg>
      {shown && <ScatterTip spot={shown} xAxis={xAxis} yAxis={yAxis} unit={unit} width={width} />}
    </div>
  );
}
