import { useEffect, useMemo, useRef, useState } from "react";
import { Button, Dialog, Heading, OverlayArrow, Popover } from "react-aria-components";
import { onCommand } from "../state/commands";
import { recall, remember } from "../state/storage";
import { type Loaded, useStore } from "../state/store";
import css from "./Tour.module.css";
import { steps, type TourStep } from "./tour_steps";

const KEPT = "anonymuse.tour";

/** Five short steps beside the real things. Offered on the first visit, started by nobody else. */
export function Tour({ loaded }: { loaded: Loaded }) {
  const [at, setAt] = useState<number | null>(null);
  const [offered, setOffered] = useState(isFirstVisit);
  useEffect(() => onCommand("tour", () => setAt(0)), []);
  const end = () => {
    remember(KEPT, "seen");
    setOffered(false);
    setAt(null);
  };
  if (at !== null) return <Step at={at} loaded={loaded} onMove={setAt} onEnd={end} />;
  return offered ? <Offer onStart={() => setAt(0)} onEnd={end} /> : null;
}

function Offer({ onStart, onEnd }: { onStart: () => void; onEnd: () => void }) {
  const screen = useStore((state) => state.view.screen);
  if (screen !== "overview") return null;
  return (
    <aside className={css.offer} aria-label="Tour">
      <p>New here? Five short steps show how to read and use this report.</p>
      <div className={css.foot}>
        <Button className={css.next!} onPress={onStart}>
          Take the tour
        </Button>
        <Button className={css.skip!} onPress={onEnd}>
          No, thanks
        </Button>
      </div>
    </aside>
  );
}

interface StepProps {
  at: number;
  loaded: Loaded;
  onMove: (at: number) => void;
  onEnd: () => void;
}

function Step({ at, loaded, onMove, onEnd }: StepProps) {
  const go = useStore((state) => state.go);
  const anchor = useRef<Element | null>(null);
  // the step whose place was found: a popover beside the place of the step before it would lose
  // the focus to the screen that opens, and end the tour
  const [found, setFound] = useState<TourStep | null>(null);
  const all = useMemo(() => steps(loaded.report), [loaded.report]);
  const step = all[at]!;
  const end = useRef(onEnd);
  end.current = onEnd;

  useEffect(() => {
    if (useStore.getState().view.screen !== step.screen) go({ screen: step.screen });
    // the screen that was just opened needs a frame to be there, and one more to have scrolled up:
    // a popover closes when what is below it scrolls
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(show);
    });
    const show = () => {
      const places = step.at.map((where) => document.querySelector(where));
      anchor.current = places.find((there) => there?.checkVisibility()) ?? null;
      if (anchor.current) setFound(step);
      else end.current();
    };
    return () => cancelAnimationFrame(frame);
  }, [step, go]);

  if (found !== step) return null;
  const last = at === all.length - 1;
  return (
    <Popover
      key={at}
      className={css.popover!}
      triggerRef={anchor}
      isOpen
      isNonModal
      onOpenChange={(open) => open || onEnd()}
      placement={step.placement}
      offset={10}
    >
      <OverlayArrow className={css.arrow!}>
        <svg width="16" height="8" viewBox="0 0 16 8" aria-hidden="true">
          <path d="M0 0l8 8 8-8" />
        </svg>
      </OverlayArrow>
      <Dialog className={css.step!}>
        <Heading slot="title" className={css.title!}>
          {step.title}
        </Heading>
        <p>{step.text}</p>
        <div className={css.foot}>
          <Button autoFocus className={css.next!} onPress={() => (last ? onEnd() : onMove(at + 1))}>
            {last ? "Done" : "Next"}
          </Button>
          {!last && (
            <Button className={css.skip!} onPress={onEnd}>
              Skip the tour
            </Button>
          )}
          <span className={css.count}>
            {at + 1} of {all.length}
          </span>
        </div>
      </Dialog>
    </Popover>
  );
}

function isFirstVisit(): boolean {
  const asked = new URLSearchParams(location.search).get("tour");
  return asked !== "0" && recall(KEPT) !== "seen";
}
