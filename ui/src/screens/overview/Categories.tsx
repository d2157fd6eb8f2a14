import { useState } from "react";
import { ChartFrame } from "../../charts/ChartFrame";
import { shareColumns } from "../../charts/columns";
import { ShareBars } from "../../charts/ShareBars";
import type { ShareRow } from "../../charts/types";
import type { Loaded } from "../../state/store";
import { hrefOf, hrefTo } from "../hrefs";
import { More } from "../page/More";
import { Part } from "../page/Part";

/** How many areas show at first, and how many parts of an open one. */
const SHOWN = 10;
const PARTS = 5;
/** Up to so many areas, all are open, else the largest: it shows that they can be. */
const FEW = 4;

/** The largest areas as bars, or topics where there is one level; each opens into its largest
 * parts and leads to the map. */
export function Categories({ loaded }: { loaded: Loaded }) {
  const { roots } = loaded.tree;
  const noun = loaded.report.levels.length > 1 ? "area" : "topic";
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<number>>(
    () => new Set(roots.length <= FEW ? roots : roots.slice(0, 1)),
  );
  const toggle = (i: number) =>
    setOpen((now) =>
      now.has(i) ? new Set([...now].filter((own) => own !== i)) : new Set(now).add(i),
    );
  const shown = all ? roots : roots.slice(0, SHOWN);
  const rows = shown.flatMap((i) => categoryRows(loaded, i, open.has(i), () => toggle(i)));
  return (
    <Part
      title="What people ask for"
      more={<a href={hrefTo(loaded, { screen: "map" })}>All topics on the map</a>}
    >
      {roots.length === 0 ? (
        <p>No topic of this report may be shown.</p>
      ) : (
        <ChartFrame
          title={`Share of each ${noun}`}
          note="Of all conversations. The line through the end of a bar is the 95 % interval."
          rows={rows}
          columns={shareColumns(rows, { label: "Topic", units: "Conversations" })}
          file={`${noun}s`}
        >
          <ShareBars rows={rows} unit="conversations" />
        </ChartFrame>
      )}
      {roots.length > SHOWN && (
        <More onPress={() => setAll(!all)}>
          {all ? `The ${SHOWN} largest` : `All ${roots.length} ${noun}s`}
        </More>
      )}
    </Part>
  );
}

export function categoryRows(
  loaded: Loaded,
  i: number,
  open: boolean,
  toggle: () => void,
): ShareRow[] {
  const parts = loaded.tree.children[i]!;
  const own: ShareRow = shareRow(loaded, i);
  if (!parts.length) return [own];
  const top: ShareRow = { ...own, parts: { open, toggle } };
  if (!open) return [top];
  return [
    top,
    ...parts.slice(0, PARTS).map((part) => ({
      ...shareRow(loaded, part),
      within: own.label,
      depth: 1 as const,
    })),
  ];
}

function shareRow(loaded: Loaded, i: number): ShareRow {
  const row = loaded.tree.row(i);
  return {
    key: row.id,
    label: row.name,
    value: row.share,
    low: row.low,
    high: row.high,
    units: row.conversations,
    href: hrefOf(loaded, i),
  };
}
