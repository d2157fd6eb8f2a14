import type { KeyboardEvent } from "react";
import css from "./ScatterChart.module.css";
import { type Spot, spoken } from "./scatter";
import type { ScatterAxis } from "./types";

interface Props {
  spots: readonly Spot[];
  xAxis: ScatterAxis;
  yAxis: ScatterAxis;
  unit: string;
  /** The one stop in the tab order. */
  stop: string | undefined;
  selected: string | null | undefined;
  /** A picture shows them already. */
  drawn: boolean;
  nodes: Map<string, SVGGElement>;
  onSelect: (key: string) => void;
  onActive: (key: string | null) => void;
  onFocus: (key: string) => void;
  onKey: (event: KeyboardEvent, key: string) => void;
}

/** Points as buttons. */
export function ScatterPoints(props: Props) {
  const { spots, xAxis, yAxis, unit, stop, selected, drawn, nodes, onSelect, onActive } = props;
  return spots.map(({ point, x, y, r }) => (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button element
    <g
      key={point.key}
      ref={(node) => {
        if (node) nodes.set(point.key, node);
        else nodes.delete(point.key);
      }}
      role="button"
      tabIndex={point.key === stop ? 0 : -1}
      aria-label={spoken(point, xAxis, yAxis, unit)}
      aria-pressed={point.key === selected}
      className={css.spot}
      data-drawn={drawn || undefined}
      onClick={() => onSelect(point.key)}
      onKeyDown={(event) => props.onKey(event, point.key)}
      onFocus={() => props.onFocus(point.key)}
      onBlur={() => onActive(null)}
      onPointerEnter={() => onActive(point.key)}
      onPointerLeave={() => onActive(null)}
    >
      <circle cx={x} cy={y} r={r} />
    </g>
  ));
}
