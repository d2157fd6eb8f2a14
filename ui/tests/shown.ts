// Puts a component on the page, as tests need it.
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach } from "vitest";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const roots: Root[] = [];

export async function shown(element: ReactNode): Promise<HTMLElement> {
  const box = document.body.appendChild(document.createElement("div"));
  const root = createRoot(box);
  roots.push(root);
  await act(async () => root.render(element));
  return box;
}

export async function click(node: Element | null | undefined): Promise<void> {
  if (!node) throw new Error("nothing to click");
  await act(async () => (node as HTMLElement).click());
}

/** Presses a key where the focus is. */
export async function press(key: string): Promise<void> {
  const at = document.activeElement ?? document.body;
  await act(async () => {
    at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    at.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true, cancelable: true }));
  });
}

afterEach(async () => {
  await act(async () => {
    for (const root of roots.splice(0)) root.unmount();
  });
  document.body.replaceChildren();
});
