// How a name is broken into lines, and how much room it takes on screen.

export interface LabelStyle {
  /** A CSS font, as in the style sheet of the labels. */
  font: string;
  line: number;
  widest: number;
  lines: number;
}

export interface Measured {
  lines: string[];
  width: number;
  height: number;
  clipped: boolean;
}

type Ruler = (text: string) => number;

/** Breaks a name into at most `style.lines` lines, as few and as even as its words allow. */
export function wrap(name: string, style: LabelStyle, ruler: Ruler): Measured {
  const words = wordsOf(name.trim());
  const widths = words.map(ruler);
  const whole = widths.reduce((sum, width) => sum + width, 0);
  const wanted = Math.min(style.lines, Math.max(1, Math.ceil(whole / style.widest)));
  const even = whole / wanted;
  const rooms = [1.05, 1.18, 1.35].map((more) => Math.min(style.widest, even * more));
  const bare = words.map((word) => ruler(word.trimEnd())); // no line is wider for a space behind it
  let lines: string[] = [];
  for (const most of new Set([wanted, style.lines]))
    for (const room of [...rooms, style.widest]) {
      if (lines.length) break;
      const tried = broken(words, widths, bare, room);
      if (tried.length <= most) lines = tried;
    }
  const cut = !lines.length;
  if (cut) lines = broken(words, widths, bare, style.widest).slice(0, style.lines);
  let clipped = cut;
  const shown = lines.map((text, n) => {
    const plain = text.trim();
    const short = shortened(plain, style.widest, ruler, cut && n === lines.length - 1);
    clipped ||= short !== plain;
    return short;
  });
  return {
    lines: shown,
    width: Math.ceil(Math.max(...shown.map(ruler))),
    height: shown.length * style.line,
    clipped,
  };
}

function broken(
  words: readonly string[],
  widths: readonly number[],
  bare: readonly number[],
  room: number,
): string[] {
  const lines: string[] = [];
  let line = "";
  let width = 0;
  words.forEach((word, i) => {
    if (line !== "" && width + bare[i]! > room) {
      lines.push(line);
      [line, width] = ["", 0];
    }
    line += word;
    width += widths[i]!;
  });
  return [...lines, line];
}

/** Words with the space after them; scripts without spaces are cut where their words end. */
function wordsOf(name: string): string[] {
  const spaced = name.match(/\S*\s|\S+/gu) ?? [""];
  if (!/[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/u.test(name))
    return spaced;
  if (typeof Intl.Segmenter === "undefined") return [...name];
  return [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(name)].map(
    (part) => part.segment,
  );
}

function shortened(text: string, widest: number, ruler: Ruler, must: boolean): string {
  if (!must && ruler(text) <= widest) return text;
  const signs = [...text];
  while (signs.length > 1 && ruler(`${signs.join("").trimEnd()}…`) > widest)
    signs.length -= Math.max(1, signs.length >> 4);
  return `${signs.join("").trimEnd()}…`;
}

/** Latin, Greek and Cyrillic signs are looked up without a hash. */
const COMMON = 0x530;

/**
 * A ruler that asks the browser once for every sign. It adds them up: kerning and joined letters
 * make a word a little narrower than it says, never wider by more than the gap between labels.
 */
export function canvasRuler(font: string): Ruler {
  const context = document.createElement("canvas").getContext("2d");
  const common = new Float64Array(COMMON).fill(-1);
  const rare = new Map<number, number>();
  if (context) context.font = font;
  const widthOf = (code: number) =>
    context ? context.measureText(String.fromCodePoint(code)).width : 7;
  return (text) => {
    let width = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!;
      if (code > 0xffff) i++; // two halves of one sign
      let own = code < COMMON ? common[code]! : (rare.get(code) ?? -1);
      if (own < 0) {
        own = widthOf(code);
        if (code < COMMON) common[code] = own;
        else rare.set(code, own);
      }
      width += own;
    }
    return width;
  };
}
