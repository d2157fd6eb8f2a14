import { act } from "react";
import { beforeEach, describe, expect, test } from "vitest";
import { Tree } from "../../src/model/tree";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { TreeGrid } from "../../src/tree/TreeGrid";
import { CLUSTERS, loadedOf } from "../report";
import { measure } from "../screens/loaded";
import { click, press, shown } from "../shown";

const start = useStore.getState();
const loaded = loadedOf();

async function grid(view: Partial<typeof START> = {}) {
  useStore.setState({ loaded, view: { ...START, screen: "map", ...view } });
  return shown(<TreeGrid loaded={loaded} />);
}

const rows = (box: Element) => [...box.querySelectorAll<HTMLElement>("tbody tr")];
const names = (box: Element) => rows(box).map((line) => line.querySelector("th")?.textContent);
const focus = (node?: HTMLElement) => act(async () => node?.focus());
const selected = () => useStore.getState().view.selected;

beforeEach(() => useStore.setState(start, true));

describe("the tree by keyboard", () => {
  test("one tab stop; arrows walk, close and open; Enter chooses", async () => {
    const box = await grid();
    expect(rows(box).filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    await focus(rows(box)[0]);
    await press("ArrowLeft");
    expect(names(box)).toHaveLength(2);
    expect(rows(box)[0]?.getAttribute("aria-expanded")).toBe("false");
    await press("ArrowRight");
    expect(names(box)).toHaveLength(4);
    await press("ArrowDown");
    await press("ArrowDown");
    expect(document.activeElement?.textContent).toContain("Crème brûlée");
    expect(selected()).toBeNull();
    await press("Enter");
    expect(selected()).toBe("a2");
    expect(document.activeElement?.getAttribute("aria-selected")).toBe("true");
  });

  test("letters jump to a name", async () => {
    const box = await grid();
    await focus(rows(box)[0]);
    await press("v");
    expect(document.activeElement?.textContent).toContain("Vegetarian curry");
  });
});

test("another selection opens the way to it", async () => {
  const box = await grid();
  await focus(rows(box)[0]);
  await press("ArrowLeft");
  await act(async () => useStore.setState(({ view }) => ({ view: { ...view, selected: "a1" } })));
  expect(names(box)).toContain("Vegetarian curry");
  expect(box.querySelector("[aria-selected='true']")?.textContent).toContain("Vegetarian curry");
});

test("a heading sorts among siblings and says so", async () => {
  const box = await grid();
  await click(box.querySelector("thead th button"));
  expect(box.querySelector("thead th")?.getAttribute("aria-sort")).toBe("ascending");
  expect(names(box)).toEqual([
    "Cooking and recipes",
    "Crème brûlée",
    "Vegetarian curry",
    "人工智能编程助手",
  ]);
  await click(box.querySelector("thead th button"));
  expect(names(box)[0]).toBe("人工智能编程助手");
});

test("all topics stand in one list where that is asked for", async () => {
  const box = await grid();
  await click(box.querySelector("button[aria-label='All topics in one list']"));
  expect(names(box)).toEqual(["Vegetarian curry", "Crème brûlée", "人工智能编程助手"]);
  expect(box.querySelector("[data-top]")).toBeNull(); // bold names are of areas
});

test("a number has its interval, and is bold and said where it stands out", async () => {
  const growth = measure("growth", [0.1, 0.2, 0.3, 0.4]);
  growth.notable = [false, true, false, false];
  const own = loadedOf({ tree: new Tree({ ...CLUSTERS, measures: [growth] }) });
  const overlay = { kind: "measure", key: "growth" } as const;
  useStore.setState({ loaded: own, view: { ...START, screen: "map", overlay } });
  const box = await shown(<TreeGrid loaded={own} />);
  const cells = [...box.querySelectorAll<HTMLElement>("tbody td > span")];
  expect(cells[0]?.title.replaceAll("\u00a0", " ")).toBe("95 % interval 5.0 % to 20.0 %");
  expect(cells[1]?.title).toContain("; stands out");
  expect(cells[1]?.textContent).toContain(", stands out");
  expect(cells[0]?.textContent).not.toContain("stands out");
});

test("words leave what they find and the way to it", async () => {
  const found = await grid({ query: "curry" });
  expect(names(found)).toEqual(["Cooking and recipes", "Vegetarian curry"]);
  expect(found.textContent).toContain("1 found of 3 topics in 2 areas");
});

test("nothing found is said", async () => {
  const none = await grid({ query: "zzzz" });
  expect(none.textContent).toContain("No topic has these words");
});

test("every row tells its level and its place", async () => {
  const box = await grid();
  const told = rows(box).map((line) =>
    ["level", "posinset", "setsize"].map((name) => line.getAttribute(`aria-${name}`)).join("/"),
  );
  expect(told).toEqual(["1/1/2", "2/1/2", "2/2/2", "1/2/2"]);
});
