// Small words that several screens share.

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
