// Which labels touch, found by the cells of the screen that they lie in.

/** Where labels stand, in columns: they are compared millions of times. */
export interface Spots {
  x: Float64Array;
  y: Float64Array;
  /** Half of what a label takes with half the gap around it, in pixels. */
  wide: Float64Array;
  high: Float64Array;
}

const CELL = 72; // pixels
const BUCKETS = 1 << 15;

/**
 * Labels by cells of the screen. What was put in at one scale covers fewer cells at a larger one,
 * so a grid serves until cells have grown too large; two cells may share a bucket.
 */
export class Grid {
  scale = 0;
  private filledAt = 0;
  private readonly first = new Int32Array(BUCKETS);
  private next: number[] = [];
  private label: number[] = [];
  // the cells of the label that was asked for last
  private left = 0;
  private right = 0;
  private low = 0;
  private high = 0;

  constructor(
    private readonly spots: Spots,
    private readonly to: Float64Array,
  ) {}

  outgrown(scale: number): boolean {
    return scale > 3 * this.filledAt;
  }

  fill(labels: readonly number[], scale: number): void {
    this.filledAt = scale;
    this.scale = scale;
    this.first.fill(-1);
    this.next = [];
    this.label = [];
    for (const i of labels) this.add(i);
  }

  add(i: number): void {
    this.find(i);
    for (let row = this.low; row <= this.high; row++)
      for (let column = this.left; column <= this.right; column++) {
        const bucket = bucketOf(row, column);
        this.next.push(this.first[bucket]!);
        this.first[bucket] = this.label.push(i) - 1;
      }
  }

  /** A label that touches this one, -1 if none does. */
  blocker(i: number): number {
    this.find(i);
    const { x, y, wide, high } = this.spots;
    const [ownX, ownY, ownWide, ownHigh] = [x[i]!, y[i]!, wide[i]!, high[i]!];
    const { scale, to, first, next, label } = this;
    for (let row = this.low; row <= this.high; row++)
      for (let column = this.left; column <= this.right; column++)
        for (let at = first[bucketOf(row, column)]!; at >= 0; at = next[at]!) {
          const other = label[at]!;
          if (
            to[other]! > scale &&
            Math.abs(ownX - x[other]!) * scale < ownWide + wide[other]! &&
            Math.abs(ownY - y[other]!) * scale < ownHigh + high[other]!
          )
            return other;
        }
    return -1;
  }

  private find(i: number): void {
    const { x, y, wide, high } = this.spots;
    const w = wide[i]! / this.scale;
    const h = high[i]! / this.scale;
    const per = this.filledAt / CELL;
    this.left = Math.floor((x[i]! - w) * per);
    this.right = Math.floor((x[i]! + w) * per);
    this.low = Math.floor((y[i]! - h) * per);
    this.high = Math.floor((y[i]! + h) * per);
  }
}

function bucketOf(row: number, column: number): number {
  return (Math.imul(row, 73_856_093) ^ Math.imul(column, 19_349_663)) & (BUCKETS - 1);
}
