// A drawing on the page as one SVG that stands alone: labels are HTML text beside small <svg>
// bars, so both are laid out again where the browser put them, with the styles it computed.

const PAINT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-variant-numeric",
  "text-anchor",
  "dominant-baseline",
  "paint-order",
  "visibility",
];

const MARGIN = 16;
const HEAD = 30;
/** Height of a line of the note, and about how wide one of its letters is. */
const LINE = 15;
const LETTER = 5.6;
const SVG = "http://www.w3.org/2000/svg";

export interface Picture {
  svg: string;
  width: number;
  height: number;
}

/** Draws what `node` shows, under its title, on the paper of the current theme. */
export function pictureOf(node: HTMLElement, title: string, note: string): Picture {
  const box = node.getBoundingClientRect();
  const top = firstDrawn(node).getBoundingClientRect().top;
  const width = Math.ceil(box.width) + 2 * MARGIN;
  const told = wrapped(note, box.width / LETTER);
  const floor = MARGIN + HEAD + Math.ceil(box.bottom - top);
  const height = floor + MARGIN + told.length * LINE;
  const root = document.createElementNS(SVG, "svg");
  set(root, { width, height, viewBox: `0 0 ${width} ${height}` });
  const page = getComputedStyle(document.documentElement);
  const token = (name: string) => page.getPropertyValue(name).trim();
  root.append(rect(0, 0, width, height, token("--paper") || "white"));
  const font = getComputedStyle(node);
  root.append(
    line(title, MARGIN, MARGIN + 14, { ...type(font), "font-size": 15, "font-weight": 620 }),
  );
  place(node, root, MARGIN - box.left, MARGIN + HEAD - top);
  const small = { ...type(font), "font-size": 11, fill: token("--ink-3") };
  told.forEach((words, n) => {
    root.append(line(words, MARGIN, floor + (n + 1) * LINE, small));
  });
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

/** Controls above the drawing leave no gap. */
function firstDrawn(node: HTMLElement): Element {
  const parts = [...node.children];
  return parts.find((part) => !part.matches("[data-not-drawn]")) ?? node;
}

/** A text in lines of at most so many letters, broken between words. */
export function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function place(node: Element, root: SVGElement, dx: number, dy: number): void {
  if (node instanceof HTMLElement && !shown(node)) return;
  if (node instanceof SVGSVGElement) {
    const box = node.getBoundingClientRect();
    const copy = styled(node);
    set(copy, { x: box.left + dx, y: box.top + dy, width: box.width, height: box.height });
    copy.setAttribute("overflow", "visible");
    root.append(copy);
    return;
  }
  background(node, root, dx, dy);
  for (const child of node.childNodes) {
    if (child instanceof Element) place(child, root, dx, dy);
    else if (child instanceof Text) for (const part of lines(child, dx, dy)) root.append(part);
  }
}

/** Controls and texts for screen readers only stay out. */
function shown(node: HTMLElement): boolean {
  return (
    !node.matches("button, .visually-hidden, [data-not-drawn]") &&
    getComputedStyle(node).display !== "none"
  );
}

function styled(node: SVGSVGElement): SVGElement {
  const copy = node.cloneNode(true) as SVGElement;
  const from = [node, ...node.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    const target = to[i]!;
    for (const name of PAINT) {
      const value = style.getPropertyValue(name);
      if (value) target.setAttribute(name, value);
    }
    for (const name of ["class", "style", "tabindex", "role"]) target.removeAttribute(name);
  });
  from.forEach((element, i) => {
    if (element instanceof HTMLCanvasElement) frozen(element, to[i]!);
  });
  return copy;
}

/** A canvas inside a drawing as the picture that it shows. */
function frozen(canvas: HTMLCanvasElement, copy: Element): void {
  const image = document.createElementNS(SVG, "image");
  const { width, height } = canvas.getBoundingClientRect();
  set(image, { href: canvas.toDataURL(), width, height });
  copy.parentElement?.replaceWith(image);
}

function background(node: Element, root: SVGElement, dx: number, dy: number): void {
  const style = getComputedStyle(node);
  const colour = style.backgroundColor;
  if (!colour || colour === "transparent" || colour.endsWith(", 0)")) return;
  const box = node.getBoundingClientRect();
  const made = rect(box.left + dx, box.top + dy, box.width, box.height, colour);
  set(made, { rx: Number.parseFloat(style.borderTopLeftRadius) || 0 });
  root.append(made);
}

/** One <text> for each line that a text node was broken into. */
function lines(text: Text, dx: number, dy: number): SVGElement[] {
  const parent = text.parentElement;
  if (!parent || !text.data.trim()) return [];
  const style = getComputedStyle(parent);
  const size = Number.parseFloat(style.fontSize);
  const found: { words: string; box: DOMRect }[] = [];
  for (const word of text.data.matchAll(/\S+/g)) {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    const box = range.getBoundingClientRect();
    const last = found.at(-1);
    if (last && Math.abs(last.box.top - box.top) < 2) {
      last.words += ` ${word[0]}`;
      last.box = new DOMRect(Math.min(last.box.left, box.left), last.box.top, 0, last.box.height);
    } else found.push({ words: word[0], box });
  }
  return found.map(({ words, box }) => {
    const baseline = box.top + (box.height - size) / 2 + 0.82 * size;
    return line(words, box.left + dx, baseline + dy, type(style));
  });
}

function type(style: CSSStyleDeclaration): Record<string, string> {
  return {
    "font-family": style.fontFamily,
    "font-size": style.fontSize,
    "font-weight": style.fontWeight,
    "font-variant-numeric": style.fontVariantNumeric,
    fill: style.color,
  };
}

function line(
  words: string,
  x: number,
  y: number,
  attributes: Record<string, string | number>,
): SVGElement {
  const made = document.createElementNS(SVG, "text");
  made.textContent = words;
  set(made, { x, y, ...attributes });
  return made;
}

function rect(x: number, y: number, width: number, height: number, fill: string): SVGElement {
  const made = document.createElementNS(SVG, "rect");
  set(made, { x, y, width, height, fill });
  return made;
}

function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
