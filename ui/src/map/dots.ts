// The dots of the map, made here from published sizes and places: none is a conversation.
import type { ClusterRow } from "../api/types";
import type { Dots } from "./layer";
import { seedOf, stateFrom, step } from "./random";

const TURN = 2048; // entries of the tables below; a power of two
const MASK = TURN - 1;
// Dots are dealt in rounds like cards, so that no cluster covers all others; small hands in fewer.
const ROUNDS = 8;
const HAND = 32; // dots of a cluster in one round, at least
const WIDEST = 1.3; // a dot lies at most so many radii from its centre
const GOLDEN = TURN * (3 - Math.sqrt(5)) * 0.5; // the golden angle, in entries
const WHOLE = 0x80000000;

const COS = Float32Array.from({ length: TURN }, (_, i) => Math.cos((2 * Math.PI * i) / TURN));
const SIN = Float32Array.from({ length: TURN }, (_, i) => Math.sin((2 * Math.PI * i) / TURN));

const RANKS = 4096;
// Distance from the centre by rank: a little closer in the middle, thinning out at the shore.
const REACH = Float32Array.from({ length: RANKS }, (_, i) => {
  const u = (i + 0.5) / RANKS;
  return u ** 0.56 * (0.88 + 0.12 * u ** 6);
});

/** How many conversations one dot stands for, so that at most `limit` dots are drawn. */
export function conversationsPerDot(conversations: number, limit: number): number {
  return Math.max(1, Math.ceil(conversations / Math.max(1, limit)));
}

/** Scatters every base cluster's conversations over its disc; the same rows give the same dots. */
export function makeDots(rows: readonly ClusterRow[], leaves: readonly number[], limit: number) {
  const total = leaves.reduce((sum, leaf) => sum + rows[leaf]!.conversations, 0);
  const each = conversationsPerDot(total, limit);
  const counts = leaves.map((leaf) => Math.max(1, Math.round(rows[leaf]!.conversations / each)));
  const n = counts.reduce((sum, count) => sum + count, 0);
  const xy = new Float32Array(2 * n);
  const leaf = rows.length > 65_535 ? new Uint32Array(n) : new Uint16Array(n);
  const rounds = Math.min(ROUNDS, Math.max(1, Math.ceil(n / Math.max(1, leaves.length) / HAND)));
  const start = new Uint32Array(leaves.length * rounds + 1);
  const box = new Float32Array(4 * leaves.length * rounds);
  const states = Int32Array.from(leaves, (i) => stateFrom(seedOf(rows[i]!.id)));
  let at = 0;
  for (let round = 0; round < rounds; round++) {
    leaves.forEach((row, k) => {
      const run = round * leaves.length + k;
      const own = Math.ceil(Math.max(0, counts[k]! - round) / rounds);
      start[run] = at;
      states[k] = scatter(xy, at, { own, round, rounds, of: counts[k]! }, rows[row]!, states[k]!);
      leaf.fill(row, at, at + own);
      setBox(box, run, rows[row]!);
      at += own;
    });
  }
  start[leaves.length * rounds] = n;
  const dots: Dots = { xy, leaf, runs: { start, box }, each };
  return dots;
}

interface Deal {
  /** Dots of this round. */
  own: number;
  round: number;
  rounds: number;
  /** Dots of the cluster in all rounds. */
  of: number;
}

/**
 * Writes the dots of one cluster and returns the generator's state. They lie evenly, as in an
 * engraving, so that no chance clump looks like a finding.
 */
function scatter(xy: Float32Array, from: number, deal: Deal, row: ClusterRow, state: number) {
  const seed = seedOf(row.id);
  const second = seed & MASK;
  const third = (seed >>> 11) & MASK;
  const loose = Math.min(0.14, 0.75 / Math.sqrt(deal.of)) * row.radius;
  let s = state;
  for (let j = 0; j < deal.own; j++) {
    const k = j * deal.rounds + deal.round;
    const u = (k + 0.5) / deal.of;
    const angle = Math.floor(k * GOLDEN + seed) & MASK;
    // Islands are not round: two slow waves along the shore, different for every cluster.
    const shore =
      1 + 0.06 * COS[(2 * angle + second) & MASK]! + 0.05 * COS[(3 * angle + third) & MASK]!;
    const r = row.radius * shore * REACH[(u * RANKS) | 0]!;
    s = step(s);
    const dx = s / WHOLE;
    s = step(s);
    const dy = s / WHOLE;
    const i = 2 * (from + j);
    xy[i] = row.x + r * COS[angle]! + loose * dx;
    xy[i + 1] = row.y + r * SIN[angle]! + loose * dy;
  }
  return s;
}

function setBox(box: Float32Array, run: number, row: ClusterRow): void {
  const r = row.radius * WIDEST;
  box[4 * run] = row.x - r;
  box[4 * run + 1] = row.y - r;
  box[4 * run + 2] = row.x + r;
  box[4 * run + 3] = row.y + r;
}
