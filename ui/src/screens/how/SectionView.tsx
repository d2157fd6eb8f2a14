import type { Section } from "../../api/types";
import { Sentence } from "../page/Sentence";
import css from "./How.module.css";

/** One titled list of sentences, or of terms and what they mean. */
export function SectionView({ section, id }: { section: Section; id: string }) {
  return (
    <section id={id} className={css.section}>
      <h3 tabIndex={-1}>{section.title}</h3>
      <div className={css.body}>
        {section.text.length === 1 && (
          <p dir="auto">
            <Sentence text={section.text[0]!} />
          </p>
        )}
        {section.text.length > 1 && (
          <ul className={css.text}>
            {section.text.map((sentence) => (
              <li key={sentence} dir="auto">
                <Sentence text={sentence} />
              </li>
            ))}
          </ul>
        )}
        {section.terms.length > 0 && (
          <dl className={css.terms}>
            {section.terms.map(([term, meaning]) => (
              <div key={term}>
                <dt dir="auto">{term}</dt>
                <dd dir="auto">
                  <Sentence text={meaning} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </section>
  );
}
