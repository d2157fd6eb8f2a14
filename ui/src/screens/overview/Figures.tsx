import { capital, count, percent, windowName } from "../../charts/format";
import type { Loaded } from "../../state/store";
import { areas } from "../words";
import css from "./Figures.module.css";

interface Figure {
  name: string;
  value: string;
  meaning: string;
}

/** The size of the report in a line of large numbers, each with what it means. */
export function Figures({ loaded }: { loaded: Loaded }) {
  return (
    <dl className={css.figures}>
      {figures(loaded).map(({ name, value, meaning }) => (
        <div key={name} className={css.figure}>
          <dt className={css.name}>{name}</dt>
          <dd className={css.value}>{value}</dd>
          <dd className={css.meaning}>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

export function figures({ report }: Loaded): Figure[] {
  const [one, many] = report.unit;
  const found: Figure[] = [
    {
      name: "Conversations",
      value: count(report.conversations),
      meaning: "counted in the topics below; none of them can be read here",
    },
  ];
  if (many !== "conversations")
    found.push({
      name: capital(many),
      value: count(report.units),
      meaning: `at most: one ${one} in two topics counts twice`,
    });
  found.push({
    name: "Topics",
    value: count(report.levels[0] ?? 0),
    meaning: shape(report.levels),
  });
  found.push({
    name: "Time",
    value: capital(span(report.window)),
    meaning: report.windows.length
      ? `${count(report.windows.length)} ${report.window_noun}s are told apart`
      : "no change over time is told",
  });
  const languages = report.facets.find((facet) => facet.name === "language");
  const told = languages?.base.filter((number) => number.units !== null) ?? [];
  if (languages && told.length) {
    const most = Math.max(...told.map((number) => number.share ?? 0));
    const at = languages.base.findIndex((number) => number.share === most);
    found.push({
      name: told.length === 1 ? "Language" : "Languages",
      value: count(told.length),
      meaning: `with enough ${many} to be told; the most common is ${languages.values[at]}, ${percent(most)}`,
    });
  }
  if (report.not_shown)
    found.push({
      name: "Not shown",
      value: report.not_shown.replace(" % to ", " to "),
      meaning:
        "of the conversations are in no topic here, most often because too few people ask for the same",
    });
  return found;
}

/** The levels above the topics. */
function shape([, ...above]: readonly number[]): string {
  const found = "found by a program, not chosen beforehand";
  return above.length > 0 ? `${found}; ${areas(above)}` : found;
}

/** "2026-08 to 2026-11" as "Aug to Nov 2026". */
export function span(window: string): string {
  const [from = "", to = from] = window.split(" to ");
  const [first, last] = [windowName(from), windowName(to)];
  if (first === last) return first;
  const year = last.slice(-5);
  return first.endsWith(year) ? `${first.slice(0, -5)} to ${last}` : `${first} to ${last}`;
}
