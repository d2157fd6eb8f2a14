import type { ReactNode } from "react";
import css from "./Page.module.css";

export interface HeadProps {
  title: string;
  /** One sentence under the title: what this screen is for. */
  lede: ReactNode;
  /** A few quiet words over the title. */
  eyebrow?: ReactNode;
}

export function PageHead({ title, lede, eyebrow }: HeadProps) {
  return (
    <header className={css.head}>
      {eyebrow && <p className={css.eyebrow}>{eyebrow}</p>}
      <h1 dir="auto" className={css.title}>
        {title}
      </h1>
      <p dir="auto" className={css.lede}>
        {lede}
      </p>
    </header>
  );
}
