// Walking from point to point with arrow keys.

interface At {
  x: number;
  y: number;
}

/** The nearest point that lies that way, sideways steps counted double; null at the edge. */
export function nearestIn(
  spots: readonly At[],
  from: number,
  [dx, dy]: readonly [number, number],
): number | null {
  const here = spots[from]!;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  spots.forEach((spot, n) => {
    if (n === from) return;
    const [x, y] = [spot.x - here.x, spot.y - here.y];
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    // Points on the very same spot are walked through in their order.
    const twin = ahead === 0 && aside === 0 && (dx + dy > 0 ? n > from : n < from);
    if (!twin && (ahead <= 0 || aside > 3 * ahead)) return;
    const far = twin ? -1 / (1 + Math.abs(n - from)) : ahead + 2 * aside;
    if (far < least) {
      least = far;
      best = n;
    }
  });
  return best;
}
