import type { ReactNode } from "react";
import css from "./Page.module.css";
import { type HeadProps, PageHead } from "./PageHead";

/** A screen that is read from top to bottom: one column of sections, wide enough for charts. */
export function Page({ children, ...head }: HeadProps & { children: ReactNode }) {
  return (
    <div className={css.page}>
      <PageHead {...head} />
      {children}
    </div>
  );
}
