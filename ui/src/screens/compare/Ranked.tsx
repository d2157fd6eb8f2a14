import { useState } from "react";
import { ChartFrame } from "../../charts/ChartFrame";
import { ratioColumns } from "../../charts/columns";
import { count } from "../../charts/format";
import { RatioPlot } from "../../charts/RatioPlot";
import type { RatioRow } from "../../charts/types";
import { More } from "../page/More";
import css from "./Compare.module.css";

const SHOWN = 15;
/** Beyond, nobody reads a plot: the table and the file hold them all. */
const MOST = 300;

interface Props {
  title: string;
  rows: readonly RatioRow[];
  /** Said where there is no row. */
  none: string;
  /** What the ratio is against. */
  than: string;
  /** Where both lists' axes end. */
  end: number;
  file: string;
}

/** One of the two lists of a comparison, strongest first. */
export function Ranked({ title, rows, none, than, end, file }: Props) {
  const [all, setAll] = useState(false);
  const shown = rows.slice(0, all ? MOST : SHOWN);
  const left = rows.length - shown.length;
  return (
    <div>
      <ChartFrame
        title={title}
        note={all && left > 0 ? `${count(left)} further in the table.` : ""}
        rows={rows}
        columns={[
          ...ratioColumns({ label: "Topic", ratio: "Times as often" }),
          { title: "Shares", cell: (row) => row.words ?? "" },
        ]}
        file={file}
      >
        {rows.length ? (
          <RatioPlot rows={shown} than={than} end={end} even="the same" />
        ) : (
          <p className={css.none}>{none}</p>
        )}
      </ChartFrame>
      {rows.length > SHOWN && (
        <More onPress={() => setAll(!all)}>
          {all ? `The ${SHOWN} strongest` : `Show ${count(Math.min(rows.length, MOST))}`}
        </More>
      )}
    </div>
  );
}
