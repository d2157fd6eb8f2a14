// What the browser keeps for us. A sandboxed frame, a full disk or a strict setting refuses
// storage by throwing: the page then remembers only until it is closed.

export type Kept = "long" | "session";

const memory = new Map<string, string>();

function area(kept: Kept): Storage | null {
  try {
    return kept === "long" ? localStorage : sessionStorage;
  } catch {
    return null;
  }
}

export function recall(key: string, kept: Kept = "long"): string | null {
  try {
    return area(kept)?.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

/** Keeps a text; false where it lasts only as long as the page. */
export function remember(key: string, text: string, kept: Kept = "long"): boolean {
  try {
    const storage = area(kept);
    storage?.setItem(key, text);
    if (storage) memory.delete(key);
    else memory.set(key, text);
    return storage !== null;
  } catch {
    memory.set(key, text);
    return false;
  }
}

export function forget(key: string, kept: Kept = "long"): void {
  memory.delete(key);
  try {
    area(kept)?.removeItem(key);
  } catch {
    // nothing was kept
  }
}

/** Whether what is kept outlives the page. */
export function lasts(): boolean {
  const kept = remember("anonymuse.probe", "1");
  forget("anonymuse.probe");
  return kept;
}
