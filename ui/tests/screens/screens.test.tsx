import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Finding, Quadrant } from "../../src/api/types";
import { list } from "../../src/charts/format";
import { Tree } from "../../src/model/tree";
import { Compare } from "../../src/screens/Compare";
import { How } from "../../src/screens/How";
import { receiptJson, receiptMarkdown } from "../../src/screens/how/receipt";
import { Overview } from "../../src/screens/Overview";
import { categoryRows } from "../../src/screens/overview/Categories";
import { FacetTile } from "../../src/screens/overview/FacetTile";
import { figures, span } from "../../src/screens/overview/Figures";
import { TimeTile } from "../../src/screens/overview/TimeTile";
import { QuadrantScreen } from "../../src/screens/QuadrantScreen";
import { relation, rowsOf } from "../../src/screens/quadrant/points";
import { levelName, tight, topicsIn } from "../../src/screens/words";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { INDEX, REPORT, row } from "../report";
import { click, shown } from "../shown";
import { LANGUAGE, measure, rich, TREE } from "./loaded";

// The picture needs a canvas, which a browser has and jsdom has not.
vi.mock("../../src/screens/overview/MapCard", () => ({ MapCard: () => null }));

beforeEach(() => {
  useStore.setState({ loaded: rich(), index: INDEX, view: START, failed: new Map() });
});

const text = (box: Element) => box.textContent ?? "";

describe("the overview", () => {
  it("tells every figure with what it means", () => {
    const found = figures(rich({ window: "2025-11 to 2026-02" }));
    expect(found.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      "Conversations: 160",
      "People: 1,000",
      "Topics: 4",
      "Time: Nov 2025 to Feb 2026",
      "Languages: 2",
      "Not shown: 2 to 5 %",
    ]);
    expect(found.every(({ meaning }) => meaning.length > 10)).toBe(true);
  });

  it("leaves out people where conversations are counted, and what is not told", () => {
    const bare = rich({ unit: ["conversation", "conversations"], facets: [], not_shown: "" });
    expect(figures(bare).map(({ name }) => name)).toEqual(["Conversations", "Topics", "Time"]);
  });

  it("shortens a span within a year, and leaves words alone", () => {
    expect(span("2026-08 to 2026-11")).toBe("Aug to Nov 2026");
    expect(span("2026-08")).toBe("Aug 2026");
    expect(span("not recorded")).toBe("not recorded");
  });

  it("groups findings and links each to its topic", async () => {
    const finding = (kind: Finding["kind"], sentence: string) => ({
      kind,
      sentence,
      evidence: "95 % interval",
      href: "#/map?sel=a1",
      strength: 1,
    });
    const findings = [finding("growth", "It grew."), finding("withheld", "One is not shown.")];
    const box = await shown(<Overview loaded={rich({ findings })} />);
    expect(box.querySelector('a[href="#/map?sel=a1"]')?.textContent).toBe("It grew.");
    expect(text(box)).toContain("Changing");
    expect(text(box)).not.toContain("One is not shown.");
  });

  it("says so where nothing stands out, and nothing else was counted", async () => {
    const box = await shown(<Overview loaded={rich({ facets: [], windows: [] })} />);
    expect(text(box)).toContain("No number of this report stands out");
    expect(text(box)).toContain("Nothing else was counted");
  });

  it("opens a category into its parts", () => {
    const closed = categoryRows(rich(), 0, false, () => {});
    expect(closed.map((row) => [row.label, row.parts?.open])).toEqual([["Letters", false]]);
    const open = categoryRows(rich(), 0, true, () => {});
    expect(open.map((row) => [row.label, row.depth])).toEqual([
      ["Letters", undefined],
      ["Formal letters", 1],
      ["Love letters", 1],
    ]);
    expect(categoryRows(rich(), 4, true, () => {})[0]!.parts).toBeUndefined();
  });

  it("calls what stands on top areas, and topics where there is one level", async () => {
    const deep = text(await shown(<Overview loaded={rich()} />));
    expect(deep).toContain("Share of each area");
    const clusters = Array.from({ length: 11 }, (_, i) => row(`t${i}`, { level: 0 }));
    const tree = new Tree({ clusters, measures: [] });
    const flat = text(await shown(<Overview loaded={rich({ levels: [11] }, { tree })} />));
    expect(flat).toContain("Share of each topic");
    expect(flat).toContain("All 11 topics");
  });

  it("shows names as text, whatever they hold", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const clusters = TREE.rows.map((row) => ({ ...row, name }));
    const tree = new Tree({ clusters, measures: [] });
    const box = await shown(<Overview loaded={rich({ title: name }, { tree })} />);
    expect(box.querySelector("img")).toBeNull();
    expect(box.querySelector("h1")?.textContent).toBe(name);
  });
});

describe("the comparison", () => {
  it("counts what can be compared and links rows to the coloured map", async () => {
    const box = await shown(<Compare loaded={rich()} />);
    expect(box.querySelector("h2")?.textContent).toContain("Of 4 topics, 3 can be compared");
    expect(text(box)).toContain("1 cannot: a number of one of the two is not shown");
    const link = [...box.querySelectorAll("a")].find((own) => own.textContent === "Sums");
    expect(link?.getAttribute("href")).toContain("color=language:Spanish&as=lift");
  });

  it("shows another level", async () => {
    const box = await shown(<Compare loaded={rich()} />);
    const areas = [...box.querySelectorAll("label")].find((own) => text(own).startsWith("Areas"));
    await click(areas?.querySelector("input"));
    expect(box.querySelector("h2")?.textContent).toContain("Of 2 areas");
    // what does not stand out is shown too: an empty list says something else then
    expect(text(box)).toContain("None is more common here, of those that can be compared.");
    expect(text(box)).not.toContain("No topic stands out.");
  });

  it("says why the map tells another ratio", async () => {
    const box = await shown(<Compare loaded={rich()} />);
    expect(text(box)).toContain("The map turns the question round (how common “Spanish” is");
  });

  it("says what to do where there is nothing to compare", async () => {
    const box = await shown(<Compare loaded={rich({ facets: [], windows: [] })} />);
    expect(text(box)).toContain("This report holds no two groups to compare");
  });
});

describe("the quadrant", () => {
  const tree = new Tree({
    clusters: [...TREE.rows],
    measures: [TREE.measures.get("concern")!, measure("refused", [0.1, 0.3, 0.1, 0.1, 0.2, 0.1])],
  });
  const quadrant: Quadrant = {
    key: "refused-concern",
    title: "Refused against concern",
    note: "A note.",
    clusters: [1, 2, 4, 5],
    x: "concern",
    y: "refused",
    split: [0.1, 0.1],
    r: -0.5,
    low: -0.8,
    high: -0.1,
    n: 3,
    corners: [
      { title: "Possible under-refusal", note: "", clusters: [2] },
      { title: "Possible over-refusal", note: "", clusters: [1] },
    ],
  };

  it("plots what both measures tell, with its corner", () => {
    expect(rowsOf(tree, quadrant).map((row) => [row.label, row.x, row.y, row.corner])).toEqual([
      ["Formal letters", 0.02, 0.3, "Possible over-refusal"],
      ["Love letters", 0.2, 0.1, "Possible under-refusal"],
      ["Proofs", 0.3, 0.1, ""],
    ]);
  });

  it("says no more than the interval of r allows", () => {
    const say = (change: Partial<Quadrant>) =>
      relation({ ...quadrant, ...change }, "Concern", "Refused");
    expect(say({})).toContain("“Refused” clearly falls with “Concern”");
    expect(say({})).toContain("\u22120.50");
    expect(say({ high: 0.2 })).toContain("cannot be told");
    expect(say({ r: null })).toContain("too little to say");
    expect(say({ r: 0.9, low: 0.8, high: 0.95 })).toContain("closely rises");
  });

  it("lists corners, and chooses a topic from the drawing", async () => {
    const loaded = rich({}, { tree, quadrants: { quadrants: [quadrant] } });
    const box = await shown(<QuadrantScreen loaded={loaded} />);
    const corner = [...box.querySelectorAll("section")].find((own) =>
      text(own).startsWith("Possible under-refusal"),
    );
    expect(corner && text(corner)).toContain("Love letters");
    expect(corner?.querySelector("a")?.getAttribute("href")).toContain("sel=a2&color=refused");
  });

  it.each([
    [[], "does not say how concerning"],
    [["concern"], "neither what was refused nor"],
    [["concern", "refused"], "Fewer than three topics"],
  ])("says why there is none with the facets %j", async (names, why) => {
    const facets = names.map((name) => ({ ...rich().report.facets[0]!, name }));
    const box = await shown(<QuadrantScreen loaded={rich({ facets })} />);
    expect(text(box)).toContain(why);
    expect(text(box)).toContain("--facets-from");
    const map = [...box.querySelectorAll("a")].at(-1);
    expect(map?.getAttribute("href")).toBe("#/map?color=concern");
  });
});

it("says that people can be in several values where shares add up to more than all", async () => {
  const { base } = LANGUAGE;
  const tile = (facet: typeof LANGUAGE) => shown(<FacetTile loaded={rich()} facet={facet} />);
  expect(text(await tile(LANGUAGE))).not.toContain("can be in several");
  const many = { ...LANGUAGE, base: [base[0]!, { ...base[1]!, share: 0.4 }, base[2]!] };
  expect(text(await tile(many))).toContain("One person can be in several.");
});

it("tells what a facet asks, and what must be known of its numbers", async () => {
  const facet = { ...LANGUAGE, question: "Which languages?", note: "several may hold at once" };
  const box = await shown(<FacetTile loaded={rich()} facet={facet} />);
  expect(text(box)).toContain("Asked of each conversation: “Which languages?”");
  expect(text(box)).toContain("Several may hold at once.");
});

describe("how it was made", () => {
  const receipt = [{ title: "Policy", text: ["Counts are *rounded*."], terms: [] }];
  const made = [{ title: "Models", text: [], terms: [["embed", "a_b <c>"] as [string, string]] }];

  it("shows every section, and a way to each", async () => {
    const box = await shown(<How loaded={rich({ receipt, made })} />);
    for (const words of ["Policy", "Counts are *rounded*.", "Models", "a_b <c>", "Stands out"])
      expect(text(box)).toContain(words);
    expect(box.querySelector("nav")?.querySelectorAll("button").length).toBeGreaterThan(4);
  });

  it("has what a reader must know first, also in the file and beside the months", async () => {
    const note = "2026-04 is covered for less than a third and counted with 2026-03.";
    const told = { receipt, made, warnings: [note, "Named by keywords."] };
    const box = await shown(<How loaded={rich(told)} />);
    expect(text(box)).toContain(note);
    expect(receiptMarkdown({ ...REPORT, ...told }, "")).toContain("counted with 2026-03");
    const months = await shown(<TimeTile loaded={rich(told)} />);
    expect(text(months)).toContain(note);
    expect(text(months)).not.toContain("keywords");
  });

  it("writes a receipt whose words are no markup", () => {
    const written = receiptMarkdown({ ...REPORT, receipt, made }, "abc");
    expect(written).toContain("- Counts are \\*rounded\\*.");
    expect(written).toContain("- **embed**: a\\_b \\<c\\>");
    expect(written).toContain("`abc`");
    expect(JSON.parse(receiptJson({ ...REPORT, receipt, made }, "abc"))).toMatchObject({
      content_hash: "abc",
      receipt,
    });
  });
});

it("speaks in words", () => {
  expect([list([]), list(["a"]), list(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
  expect([0, 1, 2].map((level) => levelName(level, 3))).toEqual(["Topics", "Groups", "Areas"]);
  expect(levelName(2, 5)).toBe("Groups 2");
  expect(tight("5 % of 10 %")).toBe("5\u00a0% of 10\u00a0%");
});

it("counts topics, and areas apart from them", () => {
  expect(topicsIn([72, 9])).toBe("72 topics in 9 areas");
  expect(topicsIn([1, 1])).toBe("1 topic in 1 area");
  expect(topicsIn([1200, 17, 4])).toBe("1,200 topics in 17 groups and 4 areas");
  expect(topicsIn([3])).toBe("3 topics");
});
