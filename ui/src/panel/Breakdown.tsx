import { useState } from "react";
import { Button } from "react-aria-components";
import type { FacetEntry, ReportDoc } from "../api/types";
import { ChartFrame } from "../charts/ChartFrame";
import { shareColumns } from "../charts/columns";
import { capital, NOT_SHOWN_WHY, ratio, ratioRange } from "../charts/format";
import { ShareBars } from "../charts/ShareBars";
import type { Column } from "../charts/types";
import css from "./Breakdowns.module.css";
import type { BreakdownRows, ValueRow } from "./facts";
import { useHref } from "./useHref";

/** More values than this are folded away until they are asked for. */
const FOLD = 7;

interface Props {
  report: ReportDoc;
  entry: FacetEntry;
  rows: BreakdownRows;
  /** Name of the cluster, for file names. */
  of: string;
}

/** One facet: its values as bars against the whole report. */
export function Breakdown({ report, entry, rows, of }: Props) {
  const [all, setAll] = useState(false);
  const href = useHref();
  const drawn = rows.told.map((row) => ({
    ...row,
    // a sum that lacks something is not set against a share that lacks nothing
    ...(row.least ? { base: null } : {}),
    href: href({
      screen: "map",
      overlay: { kind: "facet", facet: entry.name, value: row.key, as: "share" },
    }),
    ...(row.notable
      ? {
          wordsHref: href({
            screen: "compare",
            sides: [{ kind: "value", facet: entry.name, value: row.key }, { kind: "rest" }],
          }),
        }
      : {}),
  }));
  const folded = all || drawn.length <= FOLD + 1 ? drawn : drawn.slice(0, FOLD);
  const columns: Column<ValueRow>[] = [
    ...(shareColumns(rows.told, {
      label: entry.title,
      units: report.unit[1],
    }) as Column<ValueRow>[]),
    ...(rows.told.some(({ least }) => least) ? LEAST : []),
    ...(rows.told.some(({ lift }) => lift !== null) ? LIFT : []),
  ];
  return (
    <ChartFrame
      title={entry.title}
      {...(entry.note ? { lead: entry.note } : {})}
      rows={rows.told}
      columns={columns}
      file={`${entry.title} in ${of}`}
    >
      <ShareBars rows={folded} unit={report.unit[1]} />
      {(drawn.length > folded.length || all) && (
        <Button className={css.more!} onPress={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${drawn.length}`}
        </Button>
      )}
      {rows.few.length > 0 && <Few values={rows.few} />}
    </ChartFrame>
  );
}

function Few({ values }: { values: readonly string[] }) {
  const named = values.slice(0, 3).join(", ");
  const rest = values.length - 3;
  return (
    <p className={css.suppressed} title={`${capital(NOT_SHOWN_WHY)}: ${values.join(", ")}`}>
      Not shown: <bdi>{named}</bdi>
      {rest > 0 && ` and ${rest} more`}
    </p>
  );
}

const LEAST: Column<ValueRow>[] = [
  { title: "At least: shown in", cell: ({ least }) => least ?? "all topics" },
];

const LIFT: Column<ValueRow>[] = [
  {
    title: "Times as often as elsewhere",
    align: "end",
    cell: ({ lift, liftLow, liftHigh }) =>
      lift === null ? "" : `${ratio(lift)} (${ratioRange(liftLow, liftHigh)})`,
    file: [
      { title: "Times as often as elsewhere", raw: ({ lift }) => lift ?? "" },
      { title: "Times, from", raw: ({ liftLow }) => liftLow ?? "" },
      { title: "Times, to", raw: ({ liftHigh }) => liftHigh ?? "" },
    ],
  },
  { title: "Stands out", cell: ({ notable }) => (notable ? "yes" : "no") },
];
