// The published tree, walked by index. Rows come parents first, largest first among siblings.
import type { ClusterRow, ClustersDoc, Measure } from "../api/types";

export class Tree {
  readonly rows: readonly ClusterRow[];
  readonly measures: ReadonlyMap<string, Measure>;
  readonly roots: readonly number[];
  readonly children: readonly (readonly number[])[];
  readonly leaves: readonly number[];
  /** Steps from the top: 0 for a root. */
  readonly depth: readonly number[];
  private readonly byId: ReadonlyMap<string, number>;

  constructor(doc: ClustersDoc) {
    this.rows = doc.clusters;
    this.measures = new Map(doc.measures.map((measure) => [measure.key, measure]));
    this.byId = new Map(doc.clusters.map((row, i) => [row.id, i]));
    const children: number[][] = doc.clusters.map(() => []);
    const depth: number[] = [];
    const roots: number[] = [];
    doc.clusters.forEach((row, i) => {
      if (row.parent === null) roots.push(i);
      else children[row.parent]?.push(i);
      depth.push(row.parent === null ? 0 : (depth[row.parent] ?? 0) + 1);
    });
    this.children = children;
    this.roots = roots;
    this.depth = depth;
    this.leaves = doc.clusters.flatMap((_, i) => (children[i]?.length ? [] : [i]));
  }

  row(i: number): ClusterRow {
    return this.rows[i]!;
  }

  find(id: string | null): number | null {
    return id === null ? null : (this.byId.get(id) ?? null);
  }

  /** From the top down to the cluster itself. */
  path(i: number): number[] {
    const found: number[] = [];
    for (let at: number | null = i; at !== null; at = this.row(at).parent) found.unshift(at);
    return found;
  }

  siblings(i: number): readonly number[] {
    const { parent } = this.row(i);
    return parent === null ? this.roots : this.children[parent]!;
  }

  /** Base clusters below, itself if it is one. */
  leavesBelow(i: number): number[] {
    const own = this.children[i]!;
    return own.length ? own.flatMap((child) => this.leavesBelow(child)) : [i];
  }
}
