// One store, one address: `go` changes the view and writes it into the address bar.
import { create } from "zustand";
import { openSource, type Source, SourceError } from "../api/source";
import type {
  ClustersDoc,
  FacetDoc,
  IndexDoc,
  QuadrantsDoc,
  ReportDoc,
  SeriesDoc,
  TreeEntry,
} from "../api/types";
import { Tree } from "../model/tree";
import { onInnerLink, readAddress, writeAddress } from "./address";
import { fitTo } from "./fitting";
import { fromHash, toHash, unknownScreen } from "./url";
import type { View } from "./view";

/** All that is loaded of one tree; facets come when somebody asks for them. */
export interface Loaded {
  key: string;
  report: ReportDoc;
  tree: Tree;
  series: SeriesDoc;
  quadrants: QuadrantsDoc;
  facets: ReadonlyMap<string, FacetDoc>;
}

export interface State {
  source: Source;
  index: IndexDoc | null;
  loaded: Loaded | null;
  /** 0 to 1 while the tree is loading. */
  progress: number;
  /** Why nothing, or not the tree that was asked for, can be shown. */
  error: string | null;
  /** Parts that could not be read, while the rest is shown: facet name to sentence. */
  failed: ReadonlyMap<string, string>;
  /** What the address asked for and the report does not have, in sentences. */
  said: readonly string[];
  view: View;
  /** The view was reached by the back or forward button. */
  cameBack: boolean;
  /** Changes the view. `replace` keeps the back button for steps that matter. */
  go(change: Partial<View>, options?: { replace?: boolean }): void;
  /** Shows what an address names, as if it had been typed. */
  open(hash: string): void;
  start(): Promise<void>;
  openTree(key: string): Promise<void>;
  needFacet(name: string): Promise<void>;
  /** Reads again what could not be read. */
  retry(): Promise<void>;
  dismiss(): void;
}

/** Counts the trees that were asked for: only the last one is shown when it arrives. */
let asked = 0;
const reading = new Set<string>();

export const useStore = create<State>()((set, get) => ({
  source: openSource(),
  index: null,
  loaded: null,
  progress: 0,
  error: null,
  failed: new Map(),
  said: [],
  view: fromHash(readAddress()),
  cameBack: false,

  go(change, options) {
    const { view: before, loaded, index } = get();
    const moved = change.tree !== undefined && change.tree !== before.tree;
    // another tree has other clusters in other places; colour, time and words carry over
    const cleared: Partial<View> = moved ? { selected: null, group: [], camera: null } : {};
    const view = { ...before, ...cleared, ...change };
    writeAddress(toHash(view), options?.replace ?? false);
    set({ view, cameBack: false, ...(options?.replace ? {} : { said: [] }) });
    if (loaded && entryOf(index, view.tree)?.key !== loaded.key) void get().openTree(view.tree);
  },

  open(hash) {
    get().go(fromHash(hash));
    settle();
  },

  async start() {
    set({ error: null, progress: 0 });
    try {
      const index = await get().source.read<IndexDoc>("index.json");
      if (!Array.isArray(index.trees) || index.trees.length === 0)
        throw new SourceError("This is not a report that this page can read.", null);
      set({ index });
      await get().openTree(get().view.tree);
    } catch (error) {
      set({ error: messageOf(error) });
    }
  },

  async openTree(key) {
    const { source, index } = get();
    const entry = entryOf(index, key);
    if (!entry) return;
    asked += 1;
    const turn = asked;
    set({ progress: 0, error: null });
    try {
      const loaded = await readTree(source, entry, (progress) => {
        if (turn === asked) set({ progress });
      });
      if (turn !== asked) return;
      set({ loaded, progress: 1, failed: new Map() });
      settle();
    } catch (error) {
      if (turn === asked) set({ error: messageOf(error) });
    }
  },

  async needFacet(name) {
    const { loaded, source, failed } = get();
    const entry = loaded?.report.facets.find((facet) => facet.name === name);
    if (!loaded || !entry || loaded.facets.has(name) || failed.has(name)) return;
    const path = `trees/${loaded.key}/facets/${entry.index}.json`;
    if (reading.has(path)) return;
    reading.add(path);
    try {
      const doc = await source.read<FacetDoc>(path);
      const now = get().loaded;
      if (now?.key === loaded.key)
        set({ loaded: { ...now, facets: new Map(now.facets).set(name, doc) } });
    } catch (error) {
      set({ failed: new Map(get().failed).set(name, messageOf(error)) });
    } finally {
      reading.delete(path);
    }
  },

  async retry() {
    const { error, failed, view } = get();
    set({ failed: new Map() });
    if (error) await get().openTree(view.tree);
    await Promise.all([...failed.keys()].map((name) => get().needFacet(name)));
  },

  dismiss() {
    set({ said: [] });
  },
}));

/** Keeps the view in step with links, the back button and typed addresses. */
export function followAddress(): () => void {
  const follow = () => {
    const { loaded, index, openTree, view: before } = useStore.getState();
    const hash = readAddress();
    if (hash && !hash.startsWith("#/")) return;
    const view = fromHash(hash);
    // the browser tells of one step twice
    if (toHash(view) === toHash(before) && unknownScreen(hash) === null) return;
    useStore.setState({ view, said: [], cameBack: true });
    if (loaded && entryOf(index, view.tree)?.key !== loaded.key) void openTree(view.tree);
    else settle();
  };
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  const unlink = onInnerLink((hash) => useStore.getState().open(hash));
  return () => {
    removeEventListener("popstate", follow);
    removeEventListener("hashchange", follow);
    unlink();
  };
}

/** Takes out of the view what the loaded tree does not have, and says so. */
function settle(): void {
  const { view, loaded, index } = useStore.getState();
  const entry = entryOf(index, view.tree);
  if (!loaded || !index || entry?.key !== loaded.key) return;
  const { view: fitted, said } = fitTo({ ...view, tree: entry.key }, loaded, index.compared);
  const lost =
    entry.key === view.tree
      ? []
      : [`This report has no grouping “${view.tree}”. Its main one is shown.`];
  const nowhere = unknownScreen(readAddress());
  if (nowhere !== null) lost.push(`There is no screen “${nowhere}”. The overview is shown.`);
  if (toHash(fitted) === toHash(view) && nowhere === null) return;
  writeAddress(toHash(fitted), true);
  useStore.setState({ view: fitted, said: [...lost, ...said] });
}

function entryOf(index: IndexDoc | null, key: string): TreeEntry | undefined {
  return index?.trees.find((tree) => tree.key === key) ?? index?.trees[0];
}

async function readTree(
  source: Source,
  entry: TreeEntry,
  onProgress: (progress: number) => void,
): Promise<Loaded> {
  const at = `trees/${entry.key}`;
  const [clusters, report, series, quadrants] = await Promise.all([
    source.read<ClustersDoc>(`${at}/clusters.json`, (received) =>
      onProgress(entry.bytes > 0 ? Math.min(0.99, received / entry.bytes) : 0),
    ),
    source.read<ReportDoc>(`${at}/report.json`),
    orAbsent<SeriesDoc>(source.read(`${at}/series.json`), { windows: [], partial: [], series: [] }),
    orAbsent<QuadrantsDoc>(source.read(`${at}/quadrants.json`), { quadrants: [] }),
  ]);
  return { key: entry.key, report, tree: new Tree(clusters), series, quadrants, facets: new Map() };
}

/** A document that a report need not have. */
async function orAbsent<T>(reading: Promise<T>, absent: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SourceError && error.status === 404) return absent;
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof SourceError
    ? error.message
    : "Something went wrong. Load the page again.";
}
