import { useEffect, useState } from "react";
import type { ClustersDoc, CompareDoc } from "../../api/types";
import { Tree } from "../../model/tree";
import { useStore } from "../../state/store";

export interface TwoReports {
  compare: CompareDoc;
  here: Tree;
  there: Tree;
}

/** What a comparison of two reports needs, read once when it is shown; a string says why not. */
export function useTwoReports(): TwoReports | string | null {
  const source = useStore((state) => state.source);
  const loaded = useStore((state) => state.loaded);
  const [found, setFound] = useState<TwoReports | string | null>(null);
  const [tree, key] = [loaded?.tree, loaded?.key];
  useEffect(() => {
    let wanted = true;
    const clusters = async (of: string) =>
      tree && of === key
        ? tree
        : new Tree(await source.read<ClustersDoc>(`trees/${of}/clusters.json`));
    Promise.all([source.read<CompareDoc>("compare.json"), clusters("main"), clusters("other")])
      .then(([compare, here, there]) => wanted && setFound({ compare, here, there }))
      .catch((error: unknown) => {
        if (wanted) setFound(error instanceof Error ? error.message : String(error));
      });
    return () => {
      wanted = false;
    };
  }, [source, tree, key]);
  return found;
}
