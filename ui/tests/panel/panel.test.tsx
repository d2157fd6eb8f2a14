import { beforeEach, describe, expect, test } from "vitest";
import type { FacetDoc } from "../../src/api/types";
import { Tree } from "../../src/model/tree";
import { ClusterPanel } from "../../src/panel/ClusterPanel";
import { type Loaded, useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { CLUSTERS, loadedOf, REPORT, row } from "../report";
import { shown } from "../shown";

const start = useStore.getState();
const silent = { index: 0, name: "language", values: [] } as FacetDoc;
const telling = {
  index: 0,
  name: "language",
  values: [
    {
      value: "Spanish",
      clusters: [0],
      units: [20],
      share: [0.5],
      low: [0.4],
      high: [0.6],
      lift: [2],
      lift_low: [1.5],
      lift_high: [3],
      notable: [true],
    },
  ],
} as FacetDoc;

/** Three levels: the language is told of all, what was refused of the top alone. */
function deep(): Loaded {
  const told = (value: string, clusters: number[]) => ({
    ...telling.values[0]!,
    value,
    ...Object.fromEntries(
      Object.entries(telling.values[0]!).flatMap(([key, own]) =>
        Array.isArray(own) ? [[key, clusters.map(() => own[0])]] : [],
      ),
    ),
    clusters,
  });
  const facets = [
    { ...REPORT.facets[0]!, base: [] },
    { ...REPORT.facets[0]!, index: 1, name: "refused", title: "Refused", values: ["no"] },
  ];
  return loadedOf({
    report: { ...REPORT, facets },
    tree: new Tree({
      clusters: [
        row("a", { name: "The top" }),
        row("b", { parent: 0, name: "The middle" }),
        row("c", { parent: 1, name: "The base" }),
      ],
      measures: [],
    }),
    facets: new Map([
      ["language", { ...telling, values: [told("Spanish", [0, 1, 2])] } as FacetDoc],
      ["refused", { index: 1, name: "refused", values: [told("no", [0])] } as FacetDoc],
    ]),
  });
}

function panel(loaded: Loaded, selected: string | null) {
  useStore.setState({ loaded, view: { ...START, screen: "map", selected } });
  return shown(<ClusterPanel loaded={loaded} />);
}

const plain = (node: Element) => (node.textContent ?? "").replaceAll("\u00a0", " ");

beforeEach(() => useStore.setState(start, true));

describe("the panel of a topic", () => {
  test("says where it stands, how large it is and with which interval", async () => {
    const box = await panel(loadedOf({ facets: new Map([["language", silent]]) }), "a1");
    const text = plain(box);
    expect(text).toContain("Vegetarian curry");
    expect(text).toContain("95 % interval 20.0 % to 40.0 %");
    expect(text).toContain("30 people stand behind this topic");
    const crumbs = [...box.querySelectorAll("nav a")].map((link) => link.getAttribute("href"));
    expect(crumbs).toEqual(["#/map", "#/map?sel=a"]);
  });

  const flat = new Tree({
    clusters: [row("a", { level: 0 }), row("b", { level: 0 })],
    measures: [],
  });
  test.each([
    ["an area among areas", loadedOf(), "a", "by size among the areas1st of 2"],
    ["a topic beside others", loadedOf(), "a1", "by size beside it1st of 2of the area above"],
    ["in one level among all", loadedOf({ tree: flat }), "a", "by size among all1st of 2"],
  ])("ranks %s", async (_, loaded, id, said) => {
    expect(plain(await panel(loaded, id))).toContain(said);
  });

  test("a difference that stands out leads to the comparison", async () => {
    const box = await panel(loadedOf({ facets: new Map([["language", telling]]) }), "a");
    expect(plain(box)).toContain("2.0 times as often as elsewhere (1.5 to 3.0)");
    const links = [...box.querySelectorAll("li a")].map((link) => link.getAttribute("href"));
    expect(links).toContain("#/compare?sel=a&a=language:Spanish&b=%21rest");
    expect(links).toContain("#/map?sel=a&color=language:Spanish");
  });

  test("where nothing is shown, it says so once and leads to the topic above that has more", async () => {
    const box = await panel(loadedOf({ facets: new Map([["language", telling]]) }), "a1");
    const text = plain(box);
    expect(text.match(/No breakdown is shown here/g)).toHaveLength(1);
    expect(text).toContain("Cooking and recipes, above, has some.");
  });

  test("the topic above that it leads to tells what is not shown here", async () => {
    const box = await panel(deep(), "c");
    expect(plain(box)).toContain("Not shown here: Refused.");
    // the topic just above tells a language too, and is as silent on what was refused
    expect(plain(box)).toContain("The top, above, shows it.");
  });

  test("names are text, also hostile and long ones", async () => {
    const name = `<script>alert(1)</script>${"very ".repeat(70)}`;
    const tree = new Tree({ ...CLUSTERS, clusters: [row("a", { name }), row("b")] });
    const box = await panel(loadedOf({ tree }), "a");
    expect(box.querySelector("script")).toBeNull();
    expect(box.querySelector("h2")?.textContent).toBe(name);
    expect(box.querySelector("h2")?.getAttribute("dir")).toBe("auto");
  });
});

test("nothing selected: the whole report, and how to go on", async () => {
  const box = await panel(loadedOf(), null);
  expect(plain(box)).toContain("Choose a topic on the map or in the tree");
});
