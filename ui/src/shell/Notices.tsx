import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { Sentence } from "../screens/page/Sentence";
import { recall, remember } from "../state/storage";
import { type Loaded, useStore } from "../state/store";
import { Icon } from "./Icon";
import css from "./Notices.module.css";

/** What a reader must know first, what the address asked in vain, what could not be read. */
export function Notices({ loaded }: { loaded: Loaded }) {
  return (
    <div className={css.notices}>
      <Warnings loaded={loaded} />
      <Said />
      <Failed />
    </div>
  );
}

/** On paper the warnings stay, also those that were put away on the screen. */
export function OnPaper({ loaded }: { loaded: Loaded }) {
  const lines = linesOf(loaded);
  const screen = useStore((state) => state.view.screen);
  if (lines.length === 0 || screen === "how") return null; // it has them itself
  return (
    <div className={css.paper}>
      {lines.map((line) => (
        <p key={line} dir="auto">
          <Sentence text={line} />
        </p>
      ))}
    </div>
  );
}

function linesOf({ report }: Loaded): string[] {
  return [...report.warnings, ...(report.unit_note ? [report.unit_note] : [])];
}

/** Put away until the browser is closed; "How it was made" always has them. */
function Warnings({ loaded }: { loaded: Loaded }) {
  const hash = useStore((state) => state.index?.content_hash ?? "");
  const key = `anonymuse.read.${hash}.${loaded.key}`;
  const [away, setAway] = useState(() => recall(key, "session"));
  const [open, setOpen] = useState(false);
  const text = useRef<HTMLParagraphElement>(null);
  const cut = useCut(text);
  const [first, ...more] = linesOf(loaded);
  if (away === key || !first) return null;
  return (
    <section className={css.notice} aria-label="Read this first" data-kind="warning">
      <span className={css.icon}>
        <Icon name="warning" />
      </span>
      <div className={css.text} data-open={open || undefined}>
        <p dir="auto" ref={text}>
          <Sentence text={first} />
        </p>
        {open &&
          more.map((line) => (
            <p key={line}>
              <Sentence text={line} />
            </p>
          ))}
      </div>
      {(open || cut || more.length > 0) && (
        <Button className={css.more!} aria-expanded={open} onPress={() => setOpen(!open)}>
          {open ? "Less" : more.length ? `${more.length} more` : "All of it"}
        </Button>
      )}
      <Close
        onPress={() => {
          remember(key, key, "session");
          setAway(key);
        }}
      />
    </section>
  );
}

/** Whether a line is longer than its room. */
function useCut(line: RefObject<HTMLElement | null>): boolean {
  const [cut, setCut] = useState(false);
  useLayoutEffect(() => {
    const measure = () =>
      setCut(line.current !== null && line.current.scrollWidth > line.current.clientWidth);
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, [line]);
  return cut;
}

function Said() {
  const said = useStore((state) => state.said);
  const dismiss = useStore((state) => state.dismiss);
  return (
    <div role="status">
      {said.length > 0 && (
        <div className={css.notice}>
          <span className={css.icon}>
            <Icon name="how" />
          </span>
          <p className={css.text} data-open dir="auto">
            {said.join(" ")}
          </p>
          <Close onPress={dismiss} />
        </div>
      )}
    </div>
  );
}

function Failed() {
  const { failed, error, retry } = useStore();
  const reasons = [...new Set(failed.values())];
  const parts = reasons.map((why) => {
    const names = [...failed].filter(([, other]) => other === why).map(([name]) => name);
    const these = names.length === 1 ? "The breakdown" : "The breakdowns";
    return `${these} by ${names.join(", ")} could not be read. ${why}`;
  });
  const lines = error ? [`The other grouping could not be read. ${error}`, ...parts] : parts;
  return (
    <div role="status">
      {lines.length > 0 && (
        <div className={css.notice} data-kind="warning">
          <span className={css.icon}>
            <Icon name="warning" />
          </span>
          <p className={css.text} data-open>
            {lines.join(" ")}
          </p>
          <Button className={css.more!} onPress={() => void retry()}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

function Close({ onPress }: { onPress: () => void }) {
  return (
    <Button className={css.close!} aria-label="Put this away" onPress={onPress}>
      <Icon name="close" />
    </Button>
  );
}
