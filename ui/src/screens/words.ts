// Small words that several screens share.

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a", "a and b", "a, b and c". */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** What a level of the tree is called: "Topics" below, "Areas" on top, "Groups" between. */
export function levelName(level: number, levels: number): string {
  if (level === 0) return "Topics";
  if (level === levels - 1) return "Areas";
  return levels === 3 ? "Groups" : `Groups ${levels - 1 - level}`;
}

/** Keeps a number and its "%" on one line. */
export function tight(text: string): string {
  return text.replaceAll(" %", "\u00a0%");
}
