import { useEffect, useMemo, useState } from "react";
import { count, list, percent, windowName } from "../../charts/format";
import { reach } from "../../charts/RatioPlot";
import type { RatioRow } from "../../charts/types";
import { type Loaded, useStore } from "../../state/store";
import type { View } from "../../state/view";
import { hrefOf, hrefTo } from "../hrefs";
import { Choice } from "../page/Choice";
import { Toggle } from "../page/Toggle";
import { levelName } from "../words";
import css from "./Compare.module.css";
import { Ranked } from "./Ranked";
import { type Compared, type Ranking, rank, readableLevel } from "./ranking";
import { nameOf, type Sides } from "./sides";

/** Where fewer topics stand out, the others are shown as well: small reports have little to rank. */
const FEW = 5;

/** Two groups of people, or two spans of time, topic by topic. */
export function Groups({ loaded, sides }: { loaded: Loaded; sides: Sides }) {
  const failed = useFacets(sides);
  const [chosen, setLevel] = useState<number | null>(null);
  const [wanted, setAll] = useState<boolean | null>(null);
  const levels = loaded.report.levels;
  const level = useMemo(() => chosen ?? readableLevel(loaded, sides), [chosen, loaded, sides]);
  const ranking = useMemo(() => rank(loaded, sides, level), [loaded, sides, level]);
  if (failed) return <p role="alert">{failed}</p>;
  if (!ranking) return <p aria-live="polite">Loading the numbers of this comparison.</p>;

  const [first, second] = sides.map((side) => nameOf(loaded, side, null)) as [string, string];
  const standing = [...ranking.more, ...ranking.less].filter((own) => own.notable).length;
  const all = wanted ?? standing < FEW;
  const rowsOf = (found: readonly Compared[]) =>
    found
      .filter((own) => all || own.notable)
      .map((own) => rowOf(loaded, own, sides, first, second));
  const [more, less] = [rowsOf(ranking.more), rowsOf(ranking.less)];
  const end = reach([...more, ...less]);
  const none = nothing(ranking, all);
  return (
    <>
      <div className={css.tools}>
        {levels.length > 1 && (
          <Choice
            label="Level"
            options={levels
              .map((n, i) => ({
                key: String(i),
                label: `${levelName(i, levels.length)} (${count(n)})`,
              }))
              .reverse()}
            value={String(level)}
            onChange={(key) => setLevel(Number(key))}
          />
        )}
        <Toggle label="Also those that do not stand out" on={all} onChange={setAll} />
        <a className={css.map} href={hrefTo(loaded, { screen: "map", ...mapOf(sides) })}>
          {sides[0].kind === "value" ? `The map, coloured by ${first}` : `The map in ${first}`}
        </a>
      </div>
      <h2 className={css.summary}>
        {summary(ranking, standing, levelName(level, levels.length).toLowerCase())}
      </h2>
      <div className={css.lists}>
        <Ranked
          title={`More common: ${lower(first)}`}
          rows={more}
          none={none}
          than={`with ${lower(second)}`}
          end={end}
          file={`more-in-${first}-than-${second}`}
        />
        <Ranked
          title={`More common: ${lower(second)}`}
          rows={less}
          none={none}
          than={`with ${lower(second)}`}
          end={end}
          file={`less-in-${first}-than-${second}`}
        />
      </div>
      <p className={css.small}>
        {reading(loaded, sides, first, second)}
        {incomplete(loaded, sides)}
      </p>
    </>
  );
}

/** What a list without a row says. */
function nothing({ untold, looked }: Ranking, all: boolean): string {
  if (untold === looked) return "No topic can be compared.";
  return all ? "None is more common here, of those that can be compared." : "No topic stands out.";
}

function useFacets(sides: Sides): string | undefined {
  const need = useStore((state) => state.needFacet);
  const failed = useStore((state) => state.failed);
  const names = sides.flatMap((side) => (side.kind === "value" ? [side.facet] : []));
  const [name = ""] = names;
  useEffect(() => {
    if (name) void need(name);
  }, [name, need]);
  return failed.get(name);
}

function rowOf(
  loaded: Loaded,
  own: Compared,
  sides: Sides,
  first: string,
  second: string,
): RatioRow {
  return {
    key: loaded.tree.row(own.cluster).id,
    label: loaded.tree.row(own.cluster).name,
    ratio: own.ratio.ratio,
    low: own.ratio.low,
    high: own.ratio.high,
    notable: own.notable,
    href: hrefOf(loaded, own.cluster, mapOf(sides)),
    words: `${first} ${percent(own.first)}, ${lower(second)} ${percent(own.second)}`,
  };
}

/** How the map shows the first side. */
function mapOf([first]: Sides): Partial<View> {
  if (first.kind === "value")
    return { overlay: { kind: "facet", facet: first.facet, value: first.value, as: "lift" } };
  return first.kind === "window" ? { time: [first.window, first.window] } : {};
}

/** "Of 17 groups, 13 can be compared; 1 stands out. 4 cannot: ..." */
function summary(ranking: Ranking, standing: number, noun: string): string {
  const { looked, untold } = ranking;
  const compared = looked - untold;
  const all = `Of ${count(looked)} ${noun}, ${compared ? count(compared) : "none"} can be compared`;
  const out = standing
    ? `${count(standing)} ${standing === 1 ? "stands" : "stand"} out`
    : "none stands out";
  const few = ` ${count(untold)} cannot: a number of one of the two is not shown, or is too small to tell.`;
  return `${all}${compared ? `; ${out}` : ""}.${untold ? few : ""}`;
}

function reading({ report }: Loaded, sides: Sides, first: string, second: string): string {
  const [one, many] = report.unit;
  const turned =
    sides[0].kind === "value"
      ? ` The map turns the question round (how common “${first}” is in a topic, not how common the topic is in “${first}”), so its ratio differs a little.`
      : "";
  return (
    `How to read it: the first number is the share of the ${many} of “${first}” who are in the ` +
    `topic, the second that of “${second}”. The dot is the one over the other, the line its 95 % ` +
    "interval. A full dot stands out: among so many topics some differ by chance, so only so many " +
    "are marked that at most 1 in 20 of them is expected to be chance (Benjamini and Hochberg), " +
    `counting as looked at what is not shown. A ${one} in both groups counts in both.${turned}`
  );
}

/** The first and the last window may hold days only: their shares are of fewer people. */
function incomplete({ series }: Loaded, sides: Sides): string {
  const names = sides.flatMap((side) =>
    side.kind === "window" && series.partial[series.windows.indexOf(side.window)]
      ? [windowName(side.window)]
      : [],
  );
  return names.length ? ` ${list(names)} may be incomplete.` : "";
}

/** "Everybody else" in the middle of a sentence; names of values stay as they are. */
function lower(name: string): string {
  return name === "Everybody else" ? "everybody else" : name;
}
