// Mouse, touch and wheel on the map. A press that does not move is a click; two fingers pinch.
import type { MapScene } from "./scene";

export interface Answers {
  click(px: number, py: number, event: PointerEvent): void;
  hover(px: number, py: number): void;
  leave(): void;
}

const STILL = 4; // pixels that a press may move and still be a click

export function listen(host: HTMLElement, scene: MapScene, answers: Answers): () => void {
  const pressed = new Map<number, { x: number; y: number }>();
  let moved = 0;
  let dragged = false;
  let box = host.getBoundingClientRect();

  const at = (event: { clientX: number; clientY: number }) => {
    // Asking in the middle of a drag would lay out the page for every step of it.
    if (!pressed.size) box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || isControl(event.target)) return;
    pressed.set(event.pointerId, at(event));
    if (pressed.size === 1) {
      moved = 0;
      dragged = false;
    }
  };

  const move = (event: PointerEvent) => {
    const now = at(event);
    const before = pressed.get(event.pointerId);
    if (!before) {
      if (isControl(event.target)) answers.leave();
      else if (event.pointerType === "mouse") answers.hover(now.x, now.y);
      return;
    }
    moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (moved <= STILL && pressed.size === 1) return;
    if (!dragged) {
      dragged = true;
      host.setPointerCapture(event.pointerId);
      host.dataset.dragging = "";
      answers.leave();
    }
    if (pressed.size === 2) pinch(event.pointerId, before, now);
    else scene.panBy(now.x - before.x, now.y - before.y);
    pressed.set(event.pointerId, now);
  };

  const pinch = (id: number, before: { x: number; y: number }, now: { x: number; y: number }) => {
    const other = [...pressed].find(([key]) => key !== id)![1];
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(now.x - other.x, now.y - other.y);
    scene.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    if (was > 8) scene.zoomBy(is / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
  };

  const up = (event: PointerEvent) => {
    if (!pressed.delete(event.pointerId)) return;
    if (pressed.size === 0) delete host.dataset.dragging;
    const { x, y } = at(event);
    if (event.type === "pointerup" && !dragged && !isLabel(event.target))
      answers.click(x, y, event);
  };

  // The click that ends a drag on a label is no click.
  const swallow = (event: MouseEvent) => {
    if (!dragged) return;
    dragged = false;
    event.stopPropagation();
    event.preventDefault();
  };

  const wheel = (event: WheelEvent) => {
    if (isControl(event.target)) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const { x, y } = at(event);
    scene.zoomBy(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0018)), x, y);
  };

  const twice = (event: MouseEvent) => {
    if (isControl(event.target) || isLabel(event.target)) return;
    const { x, y } = at(event);
    scene.zoomBy(event.shiftKey ? 0.5 : 2, x, y);
  };

  const stop = new AbortController();
  const { signal } = stop;
  host.addEventListener("pointerdown", down, { signal });
  host.addEventListener("pointermove", move, { signal });
  host.addEventListener("pointerup", up, { signal });
  host.addEventListener("pointercancel", up, { signal });
  host.addEventListener("pointerleave", () => answers.leave(), { signal });
  host.addEventListener("click", swallow, { capture: true, signal });
  host.addEventListener("dblclick", twice, { signal });
  host.addEventListener("wheel", wheel, { passive: false, signal });
  return () => stop.abort();
}

/** Buttons and boxes that float over the map keep their own mouse. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-floats]") !== null;
}

function isLabel(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-label]") !== null;
}
