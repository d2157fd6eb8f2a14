// Puts a component on the page of a test, as the browser would.
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;
// jsdom has no layout and no media queries
globalThis.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;
globalThis.scrollTo = () => undefined;
globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;

let root: Root | null = null;

export async function show(node: ReactNode): Promise<HTMLElement> {
  await clear();
  const host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
  await act(async () => root?.render(node));
  return host;
}

export async function clear(): Promise<void> {
  await act(async () => root?.unmount());
  root = null;
  document.body.replaceChildren();
}

export async function press(key: string, at: Element = document.body): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  await act(async () => {
    at.dispatchEvent(event);
  });
  return event;
}

export async function click(at: Element | null | undefined): Promise<void> {
  await act(async () => (at as HTMLElement).click());
}

export function named(name: string | RegExp, where: ParentNode = document): HTMLElement | null {
  const all = where.querySelectorAll<HTMLElement>("button, a, input, [role]");
  const said = (element: HTMLElement) =>
    (element.getAttribute("aria-label") ?? element.textContent ?? "").trim();
  return (
    [...all].find((element) =>
      typeof name === "string" ? said(element) === name : name.test(said(element)),
    ) ?? null
  );
}
