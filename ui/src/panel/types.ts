import type { Loaded } from "../state/store";

export interface ClusterProps {
  loaded: Loaded;
  /** Index of the row. */
  cluster: number;
}
