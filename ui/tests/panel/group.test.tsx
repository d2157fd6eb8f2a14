import { beforeEach, describe, expect, test } from "vitest";
import type { FacetDoc, ValueColumn } from "../../src/api/types";
import { ClusterPanel } from "../../src/panel/ClusterPanel";
import { useNotes } from "../../src/state/notes";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { loadedOf } from "../report";
import { click, shown } from "../shown";

const start = useStore.getState();
const column = (value: string, clusters: number[], units: number[]): ValueColumn => {
  const each = (n: number) => clusters.map(() => n);
  const lifts = { lift: each(1), lift_low: each(0.5), lift_high: each(2) };
  const notable = clusters.map(() => false);
  return {
    value,
    clusters,
    units,
    share: each(0.3),
    low: each(0.2),
    high: each(0.4),
    ...lifts,
    notable,
  };
};
const languages = {
  values: [column("English", [0, 3], [10, 5]), column("Spanish", [0], [20])],
} as unknown as FacetDoc;

async function panel(group: readonly string[], selected: string | null = null) {
  const loaded = loadedOf({ facets: new Map([["language", languages]]) });
  useStore.setState({ loaded, view: { ...START, screen: "map", group, selected } });
  return shown(<ClusterPanel loaded={loaded} />);
}

const plain = (node: Element) => (node.textContent ?? "").replaceAll("\u00a0", " ");
const button = (box: Element, name: string) =>
  [...box.querySelectorAll("button")].find(
    (own) => own.getAttribute("aria-label") === name || own.textContent === name,
  );

beforeEach(() => useStore.setState(start, true));

describe("the panel of gathered topics", () => {
  test("one topic is told as ever", async () => {
    expect(plain(await panel(["a"]))).toContain("The whole report");
  });

  test("adds up what is shown, largest first, and says where that is not all", async () => {
    const box = await panel(["a", "a1", "b"]);
    expect(box.querySelector("h2")?.textContent).toBe("3 topics gathered");
    expect(plain(box)).toContain("in Cooking and recipes, counted there");
    expect(plain(box)).toContain("75.0 % of conversations"); // 3 base clusters of 40, of 160
    const bars = [...box.querySelectorAll("figure li")].map(plain);
    expect(bars[0]).toMatch(/^Spanish33\.3 %20.*at least, shown in 1 of 2 topics/);
    expect(bars[1]).toMatch(/^English25\.0 %15/);
    expect(bars[1]).not.toContain("at least");
    await click(button(box, "Language: as a table"));
    const rows = [...box.querySelectorAll("tbody tr")].map((own) => own.lastElementChild!);
    expect(rows.map(plain)).toEqual(["1 of 2 topics", "all topics"]);
  });

  test("topics are left out, added, bookmarked and let go", async () => {
    const box = await panel(["a1", "b"], "a2");
    await click(button(box, "Gather Crème brûlée too"));
    expect(useStore.getState().view.group).toEqual(["a1", "b", "a2"]);
    await click(button(box, "Leave out Vegetarian curry"));
    await click(button(box, "Bookmark all"));
    expect(useNotes.getState().notes.map(({ cluster }) => cluster)).toEqual(["b", "a2"]);
    await click(button(box, "Clear"));
    expect(useStore.getState().view.group).toEqual([]);
  });
});
