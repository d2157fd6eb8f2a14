import { act } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { MapScreen } from "../../src/screens/MapScreen";
import { command } from "../../src/state/commands";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { loadedOf } from "../report";
import { shown } from "../shown";

// it needs a canvas, which a browser has and jsdom has not
vi.mock("../../src/map/MapView", () => ({ MapView: () => null }));
vi.mock("../../src/screens/useNarrow", () => ({ useNarrow: () => true }));
globalThis.matchMedia ??= () => ({ matches: false }) as MediaQueryList;

const start = useStore.getState();
const loaded = loadedOf();

async function screen(selected: string | null) {
  useStore.setState({ loaded, view: { ...START, screen: "map", selected } });
  return shown(<MapScreen loaded={loaded} />);
}

const open = (box: Element) => box.querySelector("[role='tab'][aria-selected='true']")?.textContent;

beforeEach(() => useStore.setState(start, true));

test("an address with a topic opens what is told of it", async () => {
  const box = await screen("a1");
  expect(open(box)).toBe("Topic");
  expect(box.textContent).toContain("30 people stand behind this topic");
});

test("without one the map is first, and a search for a topic leads to its facts", async () => {
  const box = await screen(null);
  expect(open(box)).toBe("Map");
  await act(async () => {
    command("facts");
  });
  expect(open(box)).toBe("Topic");
});
