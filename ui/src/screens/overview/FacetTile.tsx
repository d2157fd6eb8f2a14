import type { FacetEntry } from "../../api/types";
import { ChartFrame } from "../../charts/ChartFrame";
import { shareColumns } from "../../charts/columns";
import { capital, count } from "../../charts/format";
import { ShareBars } from "../../charts/ShareBars";
import type { ShareRow } from "../../charts/types";
import type { Loaded } from "../../state/store";
import { hrefTo } from "../hrefs";

const SHOWN = 6;

/** One facet over the whole report: its first values as bars, all of them in the table. */
export function FacetTile({ loaded, facet }: { loaded: Loaded; facet: FacetEntry }) {
  const rows = facetRows(loaded, facet);
  const [one, many] = loaded.report.unit;
  // A facet with an order of its own ("1 to 2", "3 to 4") shows all: its end is often the point.
  const most = rows.length <= SHOWN + 2 ? rows.length : SHOWN;
  const left = rows.length - most;
  const notes = [
    facet.question && `Asked of each conversation: “${facet.question}”`,
    facet.note && `${capital(facet.note)}.`,
    manySums(rows) && `One ${one} can be in several.`,
    left > 0 && `${count(left)} further in the table.`,
  ];
  return (
    <ChartFrame
      title={facet.title}
      note={notes.filter(Boolean).join(" ")}
      rows={rows}
      columns={shareColumns(rows, { label: facet.title, units: capital(many) })}
      file={`${facet.name}-whole-report`}
    >
      {rows.length ? <ShareBars rows={rows.slice(0, most)} /> : <p>No value may be shown.</p>}
    </ChartFrame>
  );
}

/** Shares above 100 % together: more than rounding adds. */
function manySums(rows: readonly ShareRow[]): boolean {
  return rows.reduce((sum, { value }) => sum + (value ?? 0), 0) > 1.005;
}

function facetRows(loaded: Loaded, facet: FacetEntry): ShareRow[] {
  return facet.values.map((value, i) => {
    const number = facet.base[i]!;
    return {
      key: value,
      label: value,
      value: number.share,
      low: number.low,
      high: number.high,
      units: number.units,
      href: hrefTo(loaded, {
        screen: "map",
        overlay: { kind: "facet", facet: facet.name, value, as: "share" },
      }),
    };
  });
}
