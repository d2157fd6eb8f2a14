import type { Loaded } from "../state/store";
import { Downloads } from "./how/Downloads";
import css from "./how/How.module.css";
import { READING } from "./how/reading";
import { receiptSections } from "./how/receipt";
import { SectionView } from "./how/SectionView";
import { Page } from "./page/Page";
import { Part } from "./page/Part";

/** The privacy receipt, how to read the numbers, and what the report was made with. */
export function How({ loaded }: { loaded: Loaded }) {
  const { report } = loaded;
  const parts = [
    { id: "receipt", title: "Privacy receipt", sections: receiptSections(report) },
    { id: "reading", title: "How to read comparisons", sections: READING },
    { id: "made", title: "What it was made with", sections: report.made },
  ].filter(({ sections }) => sections.length > 0);
  return (
    <Page
      title="How it was made"
      lede="What protects the people whose conversations were counted, what does not, and how every number here came about."
    >
      <Downloads loaded={loaded} />
      <div className={css.columns}>
        <nav className={css.contents} aria-label="On this page">
          {parts.map((part) => (
            <div key={part.id}>
              <Jump to={part.id}>{part.title}</Jump>
              <ul>
                {part.sections.map((section, i) => (
                  <li key={section.title}>
                    <Jump to={`${part.id}-${i}`} minor>
                      {section.title}
                    </Jump>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div className={css.parts}>
          {parts.map((part) => (
            <Part key={part.id} id={part.id} title={part.title}>
              <div className={css.sections}>
                {part.sections.map((section, i) => (
                  <SectionView key={section.title} id={`${part.id}-${i}`} section={section} />
                ))}
              </div>
            </Part>
          ))}
        </div>
      </div>
    </Page>
  );
}

/** The address bar belongs to the view, so a place on the page is reached by scrolling to it. */
function Jump(props: { to: string; minor?: boolean; children: string }) {
  const { to, minor = false, children } = props;
  return (
    <button
      type="button"
      className={minor ? `${css.jump} ${css.minor}` : css.jump}
      onClick={() => {
        const target = document.getElementById(to);
        target?.scrollIntoView();
        target?.querySelector<HTMLElement>("h2, h3")?.focus({ preventScroll: true });
      }}
    >
      {children}
    </button>
  );
}
