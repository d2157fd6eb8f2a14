import { act } from "react";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SearchBox } from "../../src/shell/SearchBox";
import { command, onCommand } from "../../src/state/commands";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { INDEX, loadedOf } from "../report";
import { clear, click, named, press, show } from "./dom";

const view = () => useStore.getState().view;
const field = () => document.querySelector("input")!;
const options = () => [...document.querySelectorAll("[role='option']")];

async function type(text: string): Promise<void> {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
  await act(async () => {
    field().focus();
    set?.call(field(), text);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  });
}

beforeEach(async () => {
  useStore.setState({ loaded: loadedOf(), index: INDEX, view: START });
  await show(<SearchBox loaded={loadedOf()} />);
});
afterEach(clear);

describe("the search field", () => {
  test("the command puts the cursor there", async () => {
    await act(async () => {
      command("search");
    });
    expect(document.activeElement).toBe(field());
  });

  test("what is typed is in the address and lists topics with their place and size", async () => {
    await type("curry");
    expect(view().query).toBe("curry");
    expect(field().getAttribute("aria-expanded")).toBe("true");
    expect(options()).toHaveLength(1);
    expect(options()[0]?.textContent).toBe("Vegetarian curryin Cooking and recipes30 people");
    expect(document.querySelector("[role='status']")?.textContent).toBe("1 topic found.");
  });

  test("arrows and Enter choose; the topic opens on the map", async () => {
    let asked = 0;
    const stop = onCommand("facts", () => {
      asked += 1;
    });
    await type("c");
    await press("ArrowDown", field());
    const active = field().getAttribute("aria-activedescendant");
    const chosen = document.getElementById(active ?? "");
    expect(chosen?.getAttribute("aria-selected")).toBe("true");
    await press("Enter", field());
    expect(view().screen).toBe("map");
    expect(view().selected).not.toBeNull();
    expect(view().query).toBe("");
    expect(asked).toBe(1);
    stop();
  });

  test("Enter without a choice shows all of them on the map", async () => {
    await type("c");
    expect(options().length).toBeGreaterThan(1);
    await press("Enter", field());
    expect([view().screen, view().selected, view().query]).toEqual(["map", null, "c"]);
  });

  test("a click chooses", async () => {
    await type("brulee");
    await click(options()[0]);
    expect(view().selected).toBe("a2");
  });

  test("nothing found is a sentence, and Enter does nothing", async () => {
    await type("zzzz");
    expect(document.querySelector("[role='status']")?.textContent).toContain("No topic");
    await press("Enter", field());
    expect(view().screen).toBe("overview");
  });

  test("Escape closes the list, then clears the words", async () => {
    await type("curry");
    await press("Escape", field());
    expect(field().getAttribute("aria-expanded")).toBe("false");
    expect(view().query).toBe("curry");
    await press("Escape", field());
    expect(view().query).toBe("");
    await type("curry");
    await click(named("Clear the search"));
    expect(view().query).toBe("");
  });
});
