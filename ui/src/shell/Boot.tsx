import { useEffect, useState } from "react";
import { count } from "../charts/format";
import { useStore } from "../state/store";
import css from "./Boot.module.css";
import { Mark } from "./Mark";
import { Message } from "./Message";

/** Before there is anything to show: progress, or why there is nothing. */
export function Boot() {
  const error = useStore((state) => state.error);
  const start = useStore((state) => state.start);
  if (error)
    return (
      <main>
        <Message
          title="The report cannot be opened."
          text={error}
          action="Try again"
          onAction={() => void start()}
        />
      </main>
    );
  return <Waiting />;
}

function Waiting() {
  const progress = useStore((state) => state.progress);
  const index = useStore((state) => state.index);
  // what is there at once needs no picture of waiting
  const waited = useAfter(150);
  const slow = useAfter(8000);
  const kilobytes = Math.round((index?.trees[0]?.bytes ?? 0) / 1000);
  return (
    <main className={css.boot} aria-busy="true" data-shown={waited || undefined}>
      <div className={css.bar}>
        <Mark />
        <span className={css.word}>anonymuse</span>
      </div>
      <div className={css.page} aria-hidden="true">
        <span className={css.wide} />
        <span className={css.line} />
        <span className={css.block} />
      </div>
      <div className={css.foot}>
        <div
          className={css.track}
          role="progressbar"
          aria-label="Loading the report"
          aria-valuenow={Math.round(100 * progress)}
        >
          <span className={css.done} style={{ width: `${100 * progress}%` }} />
        </div>
        <p className={css.text} role="status">
          {index ? `Loading ${count(kilobytes)} kB of topics` : "Loading the report"}
          {slow && ". The connection is slow; nothing is wrong yet"}
        </p>
      </div>
    </main>
  );
}

function useAfter(milliseconds: number): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return passed;
}
