// An address may come from another report, or from this one before it was made again. What this
// report does not have is taken out of the view and said in a sentence; the rest stays.
import type { Loaded } from "./store";
import { type Side, START, type View } from "./view";

export interface Fitted {
  view: View;
  /** What was taken out, as sentences. */
  said: readonly string[];
}

export function fitTo(view: View, loaded: Loaded, compared: boolean): Fitted {
  const { report, tree, quadrants } = loaded;
  const said: string[] = [];
  const change: Partial<View> = {};
  const holds = (side: Side) => sideHolds(side, loaded, compared);
  if (view.selected !== null && tree.find(view.selected) === null) {
    change.selected = null;
    said.push(`The topic “${view.selected}” of this address is not in this report.`);
  }
  const gone = view.group.filter((id) => tree.find(id) === null);
  if (gone.length > 0) {
    change.group = view.group.filter((id) => !gone.includes(id));
    said.push(`Gathered topics of this address are not in this report: “${gone.join("”, “")}”.`);
  }
  const { overlay } = view;
  if (overlay.kind === "facet" && !knows(loaded, overlay.facet, overlay.value)) {
    change.overlay = START.overlay;
    said.push(`This report tells nothing about “${overlay.facet}: ${overlay.value}”.`);
  }
  if (overlay.kind === "measure" && !tree.measures.has(overlay.key)) {
    change.overlay = START.overlay;
    said.push(`This report has no measure “${overlay.key}”.`);
  }
  if (view.time) {
    const [from, to] = view.time.map((window) => report.windows.indexOf(window));
    if (from! < 0 || to! < 0) {
      change.time = null;
      said.push(`The time “${view.time.join(" to ")}” is not in this report.`);
    } else if (from! > to!) change.time = [view.time[1], view.time[0]];
  }
  if (view.sides && !(sidesFit(view.sides) && view.sides.every(holds))) {
    change.sides = null;
    said.push("This report cannot make the comparison of this address.");
  }
  if (view.quadrant !== null && !quadrants.quadrants.some(({ key }) => key === view.quadrant))
    change.quadrant = null;
  return { view: Object.keys(change).length ? { ...view, ...change } : view, said };
}

function knows({ report }: Loaded, facet: string, value: string): boolean {
  const entry = report.facets.find(({ name }) => name === facet);
  return entry?.values.includes(value) ?? false;
}

/** Two values of one facet, two windows, a value and the rest, two reports; never one with itself. */
function sidesFit([a, b]: readonly [Side, Side]): boolean {
  if (a.kind === "value" && b.kind === "value") return a.facet === b.facet && a.value !== b.value;
  if (a.kind === "window" && b.kind === "window") return a.window !== b.window;
  const kinds = [a.kind, b.kind].sort().join(" ");
  return kinds === "rest value" || kinds === "other rest";
}

function sideHolds(side: Side, loaded: Loaded, compared: boolean): boolean {
  if (side.kind === "value") return knows(loaded, side.facet, side.value);
  if (side.kind === "window") return loaded.report.windows.includes(side.window);
  return side.kind === "rest" || compared;
}
