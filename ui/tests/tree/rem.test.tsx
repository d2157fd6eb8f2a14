import { afterEach, expect, test, vi } from "vitest";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { TreeGrid } from "../../src/tree/TreeGrid";
import { loadedOf } from "../report";
import { shown } from "../shown";

afterEach(() => vi.restoreAllMocks());

test("rows are as high as the font of the browser asks for", async () => {
  vi.spyOn(window, "getComputedStyle").mockReturnValue({ fontSize: "32px" } as CSSStyleDeclaration);
  const loaded = loadedOf();
  useStore.setState({ loaded, view: { ...START, screen: "map" } });
  const box = await shown(<TreeGrid loaded={loaded} />);
  const tops = [...box.querySelectorAll<HTMLElement>("tbody tr")].map(({ style }) => style.top);
  expect(tops.slice(0, 3)).toEqual(["0px", "84px", "168px"]);
});
