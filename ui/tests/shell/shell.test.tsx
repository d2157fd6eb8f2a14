import { act } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Guard } from "../../src/shell/Guard";
import { Header } from "../../src/shell/Header";
import { HelpSheet } from "../../src/shell/HelpSheet";
import { Marked } from "../../src/shell/Marked";
import { Notices, OnPaper } from "../../src/shell/Notices";
import { TimeSlider } from "../../src/shell/TimeSlider";
import { command } from "../../src/state/commands";
import { KEYS } from "../../src/state/keys";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { INDEX, loadedOf, REPORT } from "../report";
import { clear, click, named, show } from "./dom";

const view = () => useStore.getState().view;
const text = () => document.body.textContent ?? "";

beforeEach(() => {
  sessionStorage.clear();
  useStore.setState({
    loaded: loadedOf(),
    index: INDEX,
    view: START,
    progress: 1,
    error: null,
    failed: new Map(),
    said: [],
  });
});
afterEach(clear);

describe("the header", () => {
  test("links lead to the same view on another screen, the shown one is marked", async () => {
    useStore.setState({ view: { ...START, selected: "a1" } });
    await show(<Header loaded={loadedOf()} />);
    expect(named("Map")?.getAttribute("href")).toBe("#/map?sel=a1");
    expect(named("Overview")?.getAttribute("aria-current")).toBe("page");
    expect(document.querySelectorAll("[aria-current]")).toHaveLength(1);
  });

  test("the grouping can be chosen only where there are several", async () => {
    await show(<Header loaded={loadedOf()} />);
    expect(text()).toContain("By topic");
    await clear();
    useStore.setState({ index: { ...INDEX, trees: INDEX.trees.slice(0, 1) } });
    await show(<Header loaded={loadedOf()} />);
    expect(text()).not.toContain("By topic");
  });
});

describe("notices", () => {
  test("warnings are shown until they are put away, for this session", async () => {
    await show(<Notices loaded={loadedOf()} />);
    expect(text()).toContain("Named by keywords.");
    await click(named("Put this away"));
    expect(text()).not.toContain("Named by keywords.");
    await show(<Notices loaded={loadedOf()} />);
    expect(text()).not.toContain("Named by keywords.");
    await show(<OnPaper loaded={loadedOf()} />);
    expect(text()).toContain("Named by keywords.");
  });

  test("a part that failed is named and can be tried again", async () => {
    const retry = vi.fn(async () => undefined);
    useStore.setState({ failed: new Map([["language", "It rests."]]), retry });
    await show(<Notices loaded={loadedOf({ report: { ...REPORT, warnings: [] } })} />);
    expect(text()).toContain("The breakdown by language could not be read. It rests.");
    await click(named("Try again"));
    expect(retry).toHaveBeenCalledOnce();
  });

  test("what the address asked in vain is said to screen readers too", async () => {
    useStore.setState({ said: ["The topic “x” is gone."] });
    await show(<Notices loaded={loadedOf()} />);
    const status = [...document.querySelectorAll("[role='status']")];
    expect(status.some((element) => element.textContent?.includes("“x”"))).toBe(true);
  });
});

describe("time", () => {
  test("the thumbs say months and move the view's span", async () => {
    await show(<TimeSlider loaded={loadedOf()} />);
    const [first, last] = document.querySelectorAll<HTMLInputElement>("input[type='range']");
    expect(first?.getAttribute("aria-valuetext")).toBe("Jan 2026");
    expect(last?.getAttribute("aria-valuetext")).toBe("Mar 2026");
    await slide(last!, "1");
    expect(view().time).toEqual(["2026-01", "2026-02"]);
    expect(last?.getAttribute("aria-valuetext")).toBe("Feb 2026");
    await click(named("Show all time"));
    expect(view().time).toBeNull();
  });

  test("what is not shown is hatched, not a bar of nothing", async () => {
    await show(<TimeSlider loaded={loadedOf()} />);
    const few = document.querySelectorAll("[data-few]");
    expect(few).toHaveLength(1);
    expect(few[0]?.getAttribute("title")).toContain("not shown");
  });

  test("it plays by itself to the end and stops", async () => {
    vi.useFakeTimers();
    await show(<TimeSlider loaded={loadedOf()} />);
    await click(named("Play through time"));
    expect(view().time).toEqual(["2026-01", "2026-01"]);
    for (let i = 0; i < 4; i++) await act(async () => vi.advanceTimersByTimeAsync(1500));
    expect(view().time).toEqual(["2026-03", "2026-03"]);
    expect(named("Play through time")).not.toBeNull();
    vi.useRealTimers();
  });

  test("one window is no choice", async () => {
    const report = { ...REPORT, windows: ["2026-01"] };
    const host = await show(<TimeSlider loaded={loadedOf({ report })} />);
    expect(host.childElementCount).toBe(0);
  });
});

describe("help", () => {
  test("the sheet lists exactly the keys there are", async () => {
    await show(<HelpSheet />);
    await act(async () => {
      command("help");
    });
    const listed = [...document.querySelectorAll("[role='dialog'] kbd")].map((k) => k.textContent);
    expect(document.body.textContent).toContain("In the tree and in lists letters jump to a name");
    expect(listed.sort()).toEqual(KEYS.map(({ shown }) => shown).sort());
  });
});

describe("what fails", () => {
  test("is named, keeps its data to itself and can be tried again", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await show(
      <Guard part="The map">
        <Fragile />
      </Guard>,
    );
    quiet.mockRestore();
    expect(text()).toContain("The map could not be shown.");
    expect(text()).not.toContain("secret");
    fragile.broken = false;
    await click(named("Try again"));
    expect(text()).toBe("here");
  });
});

test("marked words are text, whatever they are", async () => {
  const host = await show(<Marked text="<b>art</b> and article" terms={["art", "article", "("]} />);
  expect(host.querySelector("b")).toBeNull();
  expect([...host.querySelectorAll("mark")].map((m) => m.textContent)).toEqual(["art", "article"]);
});

const fragile = { broken: true };

function Fragile() {
  if (fragile.broken) throw new Error("secret words of a person");
  return <p>here</p>;
}

async function slide(input: HTMLInputElement, value: string): Promise<void> {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
  await act(async () => {
    set?.call(input, value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
