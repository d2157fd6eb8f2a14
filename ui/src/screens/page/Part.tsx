import { type ReactNode, useId } from "react";
import css from "./Part.module.css";

interface Props {
  title: string;
  /** One sentence under the heading. */
  lead?: ReactNode;
  /** Beside the heading: a link to where there is more. */
  more?: ReactNode;
  id?: string;
  children: ReactNode;
}

/** A section of a page under a rule, with its heading. */
export function Part({ title, lead, more, id, children }: Props) {
  const heading = useId();
  return (
    <section id={id} className={css.part} aria-labelledby={heading}>
      <div className={css.head}>
        <h2 id={heading} dir="auto">
          {title}
        </h2>
        {more && <span className={css.more}>{more}</span>}
      </div>
      {lead && <p className={css.lead}>{lead}</p>}
      {children}
    </section>
  );
}
