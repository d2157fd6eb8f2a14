import type { Loaded } from "../../state/store";
import { hrefTo } from "../hrefs";
import { Part } from "../page/Part";
import { Sentence } from "../page/Sentence";
import css from "./Kept.module.css";

const SECTIONS = 4;

/** What was held back, and the receipt's first sentences; the rest stands in "How it was made". */
export function Kept({ loaded }: { loaded: Loaded }) {
  const { report } = loaded;
  const sections = report.receipt.filter((section) => section.text.length).slice(0, SECTIONS);
  return (
    <div className={css.pair}>
      <Part title="What was held back">
        <ul className={css.sentences}>
          {report.withheld.map((sentence) => (
            <li key={sentence} dir="auto">
              <Sentence text={sentence} />
            </li>
          ))}
        </ul>
      </Part>
      <Part
        title="Privacy receipt, in short"
        more={<a href={hrefTo(loaded, { screen: "how" })}>The whole receipt</a>}
      >
        <dl className={css.terms}>
          {sections.map(({ title, text }) => (
            <div key={title} className={css.term}>
              <dt>{title}</dt>
              <dd dir="auto">
                <Sentence text={text[0] ?? ""} />
              </dd>
            </div>
          ))}
        </dl>
      </Part>
    </div>
  );
}
