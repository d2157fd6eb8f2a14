// The next label in the direction of an arrow key.

interface Placed {
  i: number;
  at: readonly [number, number];
}

const WAYS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Undefined: not an arrow key. Null: nothing lies that way. */
export function neighbour(
  places: readonly Placed[],
  from: number,
  key: string,
): number | null | undefined {
  const way = WAYS[key];
  if (!way) return undefined;
  const own = places.find(({ i }) => i === from);
  if (!own) return null;
  let best: number | null = null;
  let least = Infinity;
  for (const { i, at } of places) {
    const along = (at[0] - own.at[0]) * way[0] + (at[1] - own.at[1]) * way[1];
    const aside = Math.abs((at[0] - own.at[0]) * way[1]) + Math.abs((at[1] - own.at[1]) * way[0]);
    if (i === from || along <= 1 || along < 0.4 * aside) continue;
    const cost = along + 2.2 * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}
