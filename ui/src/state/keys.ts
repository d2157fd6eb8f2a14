// Every key of the explorer in one table: it is what the keyboard does and what the help sheet
// lists. Single keys can be switched off, for people who dictate or whose keys slip.
import { create } from "zustand";
import { type Command, command } from "./commands";
import { gather } from "./gather";
import { useNotes } from "./notes";
import { recall, remember } from "./storage";
import { useStore } from "./store";
import type { Screen } from "./view";

export interface Key {
  /** Values of `KeyboardEvent.key`. */
  keys: readonly string[];
  shown: string;
  does: string;
  group: "Anywhere" | "Map" | "Topic";
  /** Does it; false where there is nothing to do. */
  run: (key: string) => boolean;
}

const KEPT = "anonymuse.keys";

/** Whether single keys act at all. */
export const useKeysOn = create<{ on: boolean; set(on: boolean): void }>()((set) => ({
  on: recall(KEPT) !== "off",
  set(on) {
    remember(KEPT, on ? "on" : "off");
    set({ on });
  },
}));

const ARROWS: Record<string, Command> = {
  ArrowLeft: "pan-left",
  ArrowRight: "pan-right",
  ArrowUp: "pan-up",
  ArrowDown: "pan-down",
};

export const KEYS: readonly Key[] = [
  asks("/", "Search topics", "search", "Anywhere"),
  asks("?", "This help", "help", "Anywhere"),
  shows("o", "Overview", "overview"),
  shows("m", "Map", "map"),
  shows("c", "Compare", "compare"),
  shows("q", "Quadrant", "quadrant"),
  shows("b", "Bookmarks", "notes"),
  shows("h", "How it was made", "how"),
  {
    keys: Object.keys(ARROWS),
    shown: "← ↑ → ↓",
    does: "Move the map",
    group: "Map",
    run: (key) => command(ARROWS[key]!),
  },
  { ...asks("+", "Zoom in", "zoom-in", "Map"), keys: ["+", "="] },
  { ...asks("-", "Zoom out", "zoom-out", "Map"), shown: "−" },
  asks("0", "Show all of the map", "fit", "Map"),
  asks(".", "Zoom to the chosen topic", "to-selection", "Map"),
  { keys: ["["], shown: "[", does: "Previous sibling", group: "Topic", run: () => step(-1) },
  { keys: ["]"], shown: "]", does: "Next sibling", group: "Topic", run: () => step(1) },
  { keys: ["u"], shown: "u", does: "Up to the area above", group: "Topic", run: up },
  { keys: ["f"], shown: "f", does: "Bookmark, or take it away", group: "Topic", run: bookmark },
  {
    keys: ["g"],
    shown: "g",
    does: "Gather or leave out this topic",
    group: "Topic",
    run: gatherChosen,
  },
  { keys: ["Escape"], shown: "Esc", does: "Choose no topic", group: "Topic", run: leave },
];

const TYPING = "input, textarea, select, [contenteditable='true'], [role='textbox']";
/** Where letters choose by name and arrows step. */
const LISTS = "[role='treegrid'], [role='grid'], [role='listbox'], [role='menu']";
const STEPPED = `${LISTS}, [role='tablist'], [role='radiogroup'], [role='slider'], [role='toolbar'], [data-scrolls]`;

/** Listens to the keyboard until the returned function is called. */
export function listenToKeys(): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.isComposing || !useKeysOn.getState().on) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (at.closest(TYPING) || at.closest("[role='dialog'], [role='alertdialog']")) return;
    if (/^\p{L}$/u.test(event.key) && at.closest(LISTS)) return;
    if (event.key in ARROWS && at.closest(STEPPED)) return;
    const key = KEYS.find(({ keys }) => keys.includes(event.key));
    if (key?.run(event.key)) event.preventDefault();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function asks(key: string, does: string, name: Command, group: Key["group"]): Key {
  return { keys: [key], shown: key, does, group, run: () => command(name) };
}

function shows(key: string, does: string, screen: Screen): Key {
  return {
    keys: [key],
    shown: key,
    does,
    group: "Anywhere",
    run: () => {
      useStore.getState().go({ screen });
      return true;
    },
  };
}

function chosen(): { at: number; loaded: NonNullable<ReturnType<typeof now>["loaded"]> } | null {
  const { loaded, view } = now();
  const at = loaded?.tree.find(view.selected) ?? null;
  return loaded && at !== null ? { at, loaded } : null;
}

function now() {
  return useStore.getState();
}

function step(by: number): boolean {
  const found = chosen();
  if (!found) return false;
  const { tree } = found.loaded;
  const all = tree.siblings(found.at);
  const next = all[(all.indexOf(found.at) + by + all.length) % all.length]!;
  now().go({ selected: tree.row(next).id });
  return true;
}

function up(): boolean {
  const found = chosen();
  const parent = found?.loaded.tree.row(found.at).parent ?? null;
  if (!found || parent === null) return false;
  now().go({ selected: found.loaded.tree.row(parent).id });
  return true;
}

function bookmark(): boolean {
  const found = chosen();
  if (!found) return false;
  useNotes.getState().toggle(found.loaded.tree.row(found.at).id);
  return true;
}

function gatherChosen(): boolean {
  const found = chosen();
  if (!found) return false;
  gather(found.loaded.tree.row(found.at).id);
  return true;
}

function leave(): boolean {
  const { selected, group } = now().view;
  if (selected === null && group.length === 0) return false;
  now().go({ selected: null, group: [] });
  return true;
}
