import { Breakdowns } from "./Breakdowns";
import { Evidence } from "./Evidence";
import { Head } from "./Head";
import { Measures } from "./Measures";
import { OverTime } from "./OverTime";
import { Related } from "./Related";
import { Size } from "./Size";
import type { ClusterProps } from "./types";

export function OneCluster({ loaded, cluster }: ClusterProps) {
  return (
    <>
      <Head loaded={loaded} cluster={cluster} />
      <Size loaded={loaded} cluster={cluster} />
      <Measures loaded={loaded} cluster={cluster} />
      <Breakdowns loaded={loaded} cluster={cluster} />
      <OverTime loaded={loaded} cluster={cluster} />
      <Related loaded={loaded} cluster={cluster} />
      <Evidence loaded={loaded} cluster={cluster} />
    </>
  );
}
