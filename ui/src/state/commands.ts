// What a key or a button asks of whichever part of the page can do it: the map answers the zoom
// and pan commands while it is on screen, the header the search command, a narrow window that of
// the facts of the chosen topic.

export type Command =
  | "zoom-in"
  | "zoom-out"
  | "fit"
  | "to-selection"
  | "pan-left"
  | "pan-right"
  | "pan-up"
  | "pan-down"
  | "search"
  | "facts"
  | "help"
  | "tour";

const answers = new Map<Command, Set<() => void>>();

/** Answers a command until the returned function is called. */
export function onCommand(name: Command, answer: () => void): () => void {
  const all = answers.get(name) ?? new Set();
  answers.set(name, all.add(answer));
  return () => {
    all.delete(answer);
  };
}

/** Asks for something; false where nothing on the page can do it now. */
export function command(name: Command): boolean {
  const all = [...(answers.get(name) ?? [])];
  for (const answer of all) answer();
  return all.length > 0;
}
