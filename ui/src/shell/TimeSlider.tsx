import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button, Slider, SliderThumb, SliderTrack } from "react-aria-components";
import { count, NOT_SHOWN, spanName, windowName, windowTick } from "../charts/format";
import { type Loaded, useStore } from "../state/store";
import { Icon } from "./Icon";
import css from "./TimeSlider.module.css";

const STEP_MS = 1400;

/** Chooses a span of the report's windows; plays it through time. Nothing where there is one. */
export function TimeSlider({ loaded }: { loaded: Loaded }) {
  const { windows } = loaded.report;
  return windows.length < 2 ? null : <Shown loaded={loaded} />;
}

function Shown({ loaded }: { loaded: Loaded }) {
  const { windows, window_noun: noun } = loaded.report;
  const time = useStore((state) => state.view.time);
  const go = useStore((state) => state.go);
  const last = windows.length - 1;
  const span = spanOf(windows, time);
  const [from, to] = span;

  const show = ([a, b]: readonly [number, number]) => {
    const all = a === 0 && b === last;
    go({ time: all ? null : [windows[a]!, windows[b]!] }, { replace: true });
  };
  const player = usePlayer(time === null ? null : span, last, show);

  return (
    <section
      className={css.time}
      aria-label="Time"
      data-tour="time"
      data-all={time === null || undefined}
    >
      <Button className={css.play!} aria-label={player.label(noun)} onPress={player.press}>
        <Icon name={player.playing ? "pause" : player.still ? "next" : "play"} />
      </Button>
      <Slider
        className={css.slider!}
        aria-label="Span of time"
        minValue={0}
        maxValue={last}
        value={[from, to]}
        onChange={(value) => show(value as [number, number])}
      >
        <Bars loaded={loaded} from={from} to={to} />
        <SliderTrack className={css.track!} style={{ marginInline: `${50 / windows.length}%` }}>
          <span
            className={css.chosen}
            style={{ left: `${(100 * from) / last}%`, right: `${100 - (100 * to) / last}%` }}
          />
          <Thumb index={0} label={`First ${noun}`} text={windowName(windows[from]!)} />
          <Thumb index={1} label={`Last ${noun}`} text={windowName(windows[to]!)} />
        </SliderTrack>
        <div className={css.ticks} aria-hidden="true">
          {ticks(windows).map(({ window, at }) => (
            <span key={window} style={{ left: `${(100 * (at + 0.5)) / windows.length}%` }}>
              {windowTick(window)}
            </span>
          ))}
        </div>
      </Slider>
      <div className={css.said} data-all={time === null || undefined}>
        <output>{time === null ? "All time" : spanName(windows[from]!, windows[to]!)}</output>
        {time !== null && (
          <Button className={css.clear!} onPress={() => go({ time: null }, { replace: true })}>
            Show all time
          </Button>
        )}
      </div>
    </section>
  );
}

/** People by window, the whole report's: where there is little, a span says little. */
function Bars({ loaded, from, to }: { loaded: Loaded; from: number; to: number }) {
  const { report, series } = loaded;
  const whole = series.series.find(({ cluster, facet }) => cluster === null && facet === "");
  const units = report.windows.map((window) => {
    const at = series.windows.indexOf(window);
    return at < 0 ? null : (whole?.units[at] ?? null);
  });
  const most = Math.max(1, ...units.map((n) => n ?? 0));
  return (
    <div className={css.bars} aria-hidden="true">
      {units.map((n, i) => (
        <span
          key={report.windows[i]}
          className={css.bar}
          title={`${windowName(report.windows[i]!)}: ${n === null ? NOT_SHOWN : `${count(n)} ${report.unit[n === 1 ? 0 : 1]}`}`}
          data-few={n === null || undefined}
          data-in={(i >= from && i <= to) || undefined}
          style={n === null ? undefined : { height: `${Math.max(4, (100 * n) / most)}%` }}
        />
      ))}
    </div>
  );
}

function Thumb({ index, label, text }: { index: number; label: string; text: string }) {
  const input = useRef<HTMLInputElement>(null);
  // the slider counts; people hear the month
  useLayoutEffect(() => input.current?.setAttribute("aria-valuetext", text));
  return <SliderThumb index={index} aria-label={label} inputRef={input} className={css.thumb!} />;
}

/** Moves the span on, by itself or, where motion is unwelcome, one press at a time. */
function usePlayer(
  span: readonly [number, number] | null,
  last: number,
  show: (span: readonly [number, number]) => void,
) {
  const [playing, setPlaying] = useState(false);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const width = span ? span[1] - span[0] : 0;
  const ended = span !== null && span[1] >= last;
  const next = () => {
    const start = span && !ended ? span[0] + 1 : 0;
    show([start, start + (width >= last ? 0 : width)]);
  };
  const step = useRef(next);
  step.current = next;

  useEffect(() => {
    if (!playing) return;
    if (ended) return setPlaying(false);
    const timer = setTimeout(() => step.current(), STEP_MS);
    return () => clearTimeout(timer);
  });

  return {
    playing,
    still,
    label: (noun: string) => {
      if (still) return ended || !span ? `First ${noun}` : `Next ${noun}`;
      return playing ? "Stop" : "Play through time";
    },
    press: () => {
      if (playing) return setPlaying(false);
      next();
      setPlaying(!still);
    },
  };
}

function spanOf(
  windows: readonly string[],
  time: readonly [string, string] | null,
): readonly [number, number] {
  const last = windows.length - 1;
  if (!time) return [0, last];
  const [from, to] = time.map((window) => windows.indexOf(window));
  return from! < 0 || to! < from! ? [0, last] : [from!, to!];
}

/** At most eight names under the track. */
function ticks(windows: readonly string[]): { window: string; at: number }[] {
  const every = Math.ceil(windows.length / 8);
  return windows.map((window, at) => ({ window, at })).filter(({ at }) => at % every === 0);
}
