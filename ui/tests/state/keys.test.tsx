import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { onCommand } from "../../src/state/commands";
import { KEYS, listenToKeys, useKeysOn } from "../../src/state/keys";
import { useNotes } from "../../src/state/notes";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { INDEX, loadedOf } from "../report";
import { press } from "../shell/dom";

const selected = () => useStore.getState().view.selected;
let stop: () => void;

beforeEach(() => {
  useStore.setState({ loaded: loadedOf(), index: INDEX, view: { ...START, selected: "a1" } });
  useKeysOn.getState().set(true);
  stop = listenToKeys();
});
afterEach(() => {
  stop();
  document.body.replaceChildren();
});

describe("keys", () => {
  test("no key is listed twice and every one is described", () => {
    const all = KEYS.flatMap(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
    expect(KEYS.every(({ shown, does }) => shown && does)).toBe(true);
  });

  test("letters open the screens", async () => {
    for (const [key, screen] of [
      ["m", "map"],
      ["c", "compare"],
      ["q", "quadrant"],
      ["b", "notes"],
      ["h", "how"],
      ["o", "overview"],
    ] as const) {
      expect((await press(key)).defaultPrevented).toBe(true);
      expect(useStore.getState().view.screen).toBe(screen);
    }
  });

  test("brackets walk among siblings, round and round; u goes up; Esc leaves", async () => {
    await press("]");
    expect(selected()).toBe("a2");
    await press("]");
    expect(selected()).toBe("a1");
    await press("[");
    expect(selected()).toBe("a2");
    await press("u");
    expect(selected()).toBe("a");
    expect((await press("u")).defaultPrevented).toBe(false);
    await press("Escape");
    expect(selected()).toBeNull();
    expect((await press("]")).defaultPrevented).toBe(false);
  });

  test("f bookmarks the chosen topic and takes the bookmark away", async () => {
    await press("f");
    expect(useNotes.getState().noteOf("a1")?.name).toBe("Vegetarian curry");
    await press("f");
    expect(useNotes.getState().noteOf("a1")).toBeNull();
  });

  test("g gathers the chosen topic and leaves it out; Esc lets go of all", async () => {
    const group = () => useStore.getState().view.group;
    await press("g");
    await press("]");
    await press("g");
    expect(group()).toEqual(["a1", "a2"]);
    await press("g");
    expect(group()).toEqual(["a1"]);
    await press("Escape");
    expect(group()).toEqual([]);
    expect((await press("g")).defaultPrevented).toBe(false);
  });

  test("arrows move the map where there is one", async () => {
    expect((await press("ArrowLeft")).defaultPrevented).toBe(false);
    const moved = vi.fn();
    const off = onCommand("pan-left", moved);
    expect((await press("ArrowLeft")).defaultPrevented).toBe(true);
    off();
    await press("ArrowLeft");
    expect(moved).toHaveBeenCalledOnce();
  });

  test.each([
    ["<input>", "m", false],
    ["<textarea></textarea>", "m", false],
    ["<div contenteditable='true'></div>", "m", false],
    ["<div role='treegrid'></div>", "m", false], // letters choose by name there
    ["<div role='treegrid'></div>", "]", true],
    ["<div role='treegrid'></div>", "ArrowDown", false],
    ["<div role='dialog'></div>", "m", false],
    ["<div role='slider'></div>", "ArrowLeft", false],
    ["<button></button>", "m", true],
  ])("in %s the key %s acts: %s", async (html, key, acts) => {
    const off = [onCommand("pan-left", vi.fn()), onCommand("pan-down", vi.fn())];
    document.body.innerHTML = html;
    const event = await press(key, document.body.firstElementChild ?? document.body);
    expect(event.defaultPrevented).toBe(acts);
    for (const each of off) each();
  });

  test("with a modifier, taken by somebody else or switched off, a key is not ours", async () => {
    const ctrl = new KeyboardEvent("keydown", { key: "m", ctrlKey: true, cancelable: true });
    document.dispatchEvent(ctrl);
    expect(ctrl.defaultPrevented).toBe(false);
    useKeysOn.getState().set(false);
    expect((await press("m")).defaultPrevented).toBe(false);
    expect(useStore.getState().view.screen).toBe("overview");
  });
});
