import { gathered } from "../model/group";
import { useStore } from "./store";

/** Adds a topic to the gathered ones, or leaves it out. */
export function gather(id: string): void {
  const { view, go } = useStore.getState();
  go({ group: gathered(view.group, id, view.selected) });
}

/** Whether a click or a key gathers instead of choosing. */
export function gathers(event: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }): boolean {
  return event.ctrlKey || event.metaKey || event.shiftKey;
}
