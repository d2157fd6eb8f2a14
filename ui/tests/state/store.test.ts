import { beforeEach, describe, expect, test } from "vitest";
import { SourceError } from "../../src/api/source";
import { followAddress, useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { documentsOf, sourceOf } from "../report";

const start = useStore.getState();

async function opened(hash: string, documents = documentsOf()) {
  const source = sourceOf(documents);
  history.replaceState(null, "", hash);
  useStore.setState({ ...start, source, view: START }, true);
  useStore.setState({ view: (await import("../../src/state/url")).fromHash(hash) });
  await useStore.getState().start();
  return source;
}

const state = () => useStore.getState();
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => history.replaceState(null, "", "#/overview"));

describe("opening", () => {
  test("a report opens on what the address says", async () => {
    await opened("#/map?sel=a1");
    expect(state().error).toBeNull();
    expect(state().loaded?.tree.find(state().view.selected)).toBe(1);
    expect(state().said).toEqual([]);
  });

  test("a topic that is not there is said, not shown", async () => {
    await opened("#/map?sel=gone&color=language:Latin&t=2020-01..2020-02&q=curry");
    expect(state().view).toEqual({ ...START, screen: "map", query: "curry" });
    expect(state().said).toHaveLength(3);
    expect(state().said.join(" ")).toContain("“gone”");
    expect(location.hash).toBe("#/map?q=curry");
  });

  test("gathered topics that are not there are left out and said", async () => {
    await opened("#/map?with=a1,gone,b");
    expect(state().view.group).toEqual(["a1", "b"]);
    expect(state().said.join(" ")).toContain("“gone”");
    expect(location.hash).toBe("#/map?with=a1,b");
  });

  test("an unknown grouping opens the main one and says so", async () => {
    await opened("#/map?tree=by-moon&sel=a");
    expect(state().loaded?.key).toBe("main");
    expect(state().view.tree).toBe("main");
    expect(state().said[0]).toContain("by-moon");
  });

  test("a screen that nobody knows is said, and leaves the address", async () => {
    await opened("#/nowhere?sel=a1");
    expect(state().said).toEqual(["There is no screen “nowhere”. The overview is shown."]);
    expect(location.hash).toBe("#/overview?sel=a1");
  });

  test("nothing is compared with itself: it is said, and leaves the address", async () => {
    await opened("#/compare?a=language:Spanish&b=language:Spanish");
    expect(state().view.sides).toBeNull();
    expect(state().said.join(" ")).toContain("cannot make the comparison");
    expect(location.hash).toBe("#/compare");
    await opened("#/compare?a=language:Spanish&b=!rest");
    expect(state().said).toEqual([]);
    expect(state().view.sides).not.toBeNull();
  });

  test("a span that is the wrong way round is turned", async () => {
    await opened("#/map?t=2026-03..2026-01");
    expect(state().view.time).toEqual(["2026-01", "2026-03"]);
    expect(state().said).toEqual([]);
  });

  test("a report without series and quadrants opens", async () => {
    const documents = documentsOf();
    delete documents["trees/main/series.json"];
    delete documents["trees/main/quadrants.json"];
    await opened("#/overview", documents);
    expect(state().error).toBeNull();
    expect(state().loaded?.series.series).toEqual([]);
    expect(state().loaded?.quadrants.quadrants).toEqual([]);
  });

  test("a report without its clusters says why, and opens on another try", async () => {
    const documents = documentsOf({
      "trees/main/clusters.json": new SourceError("The server rests.", 500),
    });
    await opened("#/overview", documents);
    expect(state().error).toBe("The server rests.");
    documents["trees/main/clusters.json"] = documentsOf()["trees/main/clusters.json"];
    await state().start();
    expect(state().error).toBeNull();
    expect(state().loaded?.key).toBe("main");
  });

  test("something that is no report is refused with a sentence", async () => {
    await opened("#/overview", { "index.json": { hello: 1 } });
    expect(state().error).toContain("not a report");
  });
});

describe("going on", () => {
  test("a step can be taken back, a replaced one cannot", async () => {
    await opened("#/overview");
    const before = history.length;
    state().go({ screen: "map" });
    state().go({ query: "c" }, { replace: true });
    state().go({ query: "cu" }, { replace: true });
    expect(history.length).toBe(before + 1);
    expect(location.hash).toBe("#/map?q=cu");
  });

  test("the back button brings the view back, another grouping too", async () => {
    const unfollow = followAddress();
    await opened("#/map?sel=a1");
    state().go({ tree: "by-tone" });
    await settled();
    expect(state().loaded?.key).toBe("by-tone");
    expect(state().view.selected).toBeNull();
    history.back();
    await settled();
    await settled();
    expect(state().loaded?.key).toBe("main");
    expect(state().view.selected).toBe("a1");
    expect(state().cameBack).toBe(true);
    unfollow();
  });

  test("another grouping keeps the words, the time and the colour", async () => {
    await opened("#/map?q=curry&t=2026-01..2026-02&color=language:Spanish&sel=a&at=0,0,2");
    state().go({ tree: "by-tone" });
    await settled();
    const { view } = state();
    expect(view.query).toBe("curry");
    expect(view.time).toEqual(["2026-01", "2026-02"]);
    expect(view.overlay.kind).toBe("facet");
    expect([view.selected, view.camera]).toEqual([null, null]);
  });

  test("only the grouping that was asked for last is shown", async () => {
    await opened("#/overview");
    await Promise.all([state().openTree("by-tone"), state().openTree("main")]);
    expect(state().loaded?.key).toBe("main");
  });

  test("a link inside the explorer is followed without leaving the page", async () => {
    const unfollow = followAddress();
    await opened("#/overview");
    const link = document.createElement("a");
    link.setAttribute("href", "#/map?sel=b");
    document.body.append(link);
    link.click();
    expect(state().view).toEqual({ ...START, screen: "map", selected: "b" });
    link.setAttribute("href", "#/map?sel=nothing");
    link.click();
    expect(state().view.selected).toBeNull();
    expect(state().said).toHaveLength(1);
    link.remove();
    unfollow();
  });

  test("a frame without a history of its own still works", async () => {
    await opened("#/overview");
    const { pushState } = history;
    history.pushState = () => {
      throw new DOMException("no", "SecurityError");
    };
    state().go({ screen: "map" });
    history.pushState = pushState;
    expect(state().view.screen).toBe("map");
  });
});

describe("facets", () => {
  test("one is read once, however many ask", async () => {
    const source = await opened("#/overview");
    await Promise.all([state().needFacet("language"), state().needFacet("language")]);
    await state().needFacet("language");
    expect(source.asked.filter((path) => path.includes("facets"))).toHaveLength(1);
    expect(state().loaded?.facets.has("language")).toBe(true);
  });

  test("one that fails leaves the page standing and can be tried again", async () => {
    const path = "trees/main/facets/0.json";
    const documents = documentsOf({ [path]: new SourceError("It rests.", 500) });
    const source = await opened("#/overview", documents);
    await state().needFacet("language");
    await state().needFacet("language");
    expect(state().error).toBeNull();
    expect(state().failed.get("language")).toBe("It rests.");
    expect(source.asked.filter((asked) => asked === path)).toHaveLength(1);
    documents[path] = documentsOf()[path];
    await state().retry();
    expect(state().failed.size).toBe(0);
    expect(state().loaded?.facets.has("language")).toBe(true);
  });
});
