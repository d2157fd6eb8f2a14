import { act } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Tour } from "../../src/shell/Tour";
import { steps } from "../../src/shell/tour_steps";
import { command } from "../../src/state/commands";
import { useStore } from "../../src/state/store";
import { START } from "../../src/state/view";
import { INDEX, loadedOf, REPORT } from "../report";
import { clear, click, named, show } from "./dom";

const frame = () => act(async () => new Promise((done) => setTimeout(done, 40)));

beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, "", "/#/overview");
  useStore.setState({ loaded: loadedOf(), index: INDEX, view: START });
  Element.prototype.checkVisibility ??= () => true;
});
afterEach(clear);

test("it is offered once, and not again after a no", async () => {
  await show(<Tour loaded={loadedOf()} />);
  await click(named("No, thanks"));
  expect(named("Take the tour")).toBeNull();
  await show(<Tour loaded={loadedOf()} />);
  expect(named("Take the tour")).toBeNull();
});

test("an address can leave the offer out", async () => {
  history.replaceState(null, "", "/?tour=0#/overview");
  await show(<Tour loaded={loadedOf()} />);
  expect(named("Take the tour")).toBeNull();
});

test("from help it starts beside the real things, and every step can be the last", async () => {
  const [first, second] = steps(REPORT);
  await show(
    <>
      <a href="#/overview" data-tour="to-overview">
        Overview
      </a>
      <a href="#/map" data-tour="to-map">
        Map
      </a>
      <Tour loaded={loadedOf()} />
    </>,
  );
  await act(async () => {
    command("tour");
  });
  for (const step of [first!, second!]) {
    await frame();
    expect(document.querySelector("[role='dialog']")?.textContent).toContain(step.title);
    expect(useStore.getState().view.screen).toBe(step.screen);
    await click(named(step === first ? "Next" : "Skip the tour"));
  }
  expect(document.querySelector("[role='dialog']")).toBeNull();
}, 15_000);

test("where an anchor is missing the tour ends instead of pointing at nothing", async () => {
  await show(<Tour loaded={loadedOf()} />);
  await act(async () => {
    command("tour");
  });
  await frame();
  expect(document.querySelector("[role='dialog']")).toBeNull();
  expect(named("Next")).toBeNull();
});
