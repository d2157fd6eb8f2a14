// Readable addresses: #/map?sel=3&color=language:Spanish&as=lift&at=0.1,0.2,3. Unknown keys are
// ignored, so that an old link opens in a newer explorer.
import {
  type Camera,
  type Overlay,
  SCREENS,
  type Screen,
  type Side,
  START,
  type View,
} from "./view";

export function toHash(view: View): string {
  const q = new URLSearchParams();
  if (view.tree !== START.tree) q.set("tree", view.tree);
  if (view.selected !== null) q.set("sel", view.selected);
  if (view.group.length) q.set("with", view.group.map((id) => guarded(id, /[%,]/g)).join(","));
  const { overlay } = view;
  if (overlay.kind === "measure") q.set("color", guarded(overlay.key));
  if (overlay.kind === "facet") {
    q.set("color", `${guarded(overlay.facet)}:${overlay.value}`);
    if (overlay.as === "lift") q.set("as", "lift");
  }
  if (view.camera)
    q.set("at", [view.camera.x, view.camera.y, view.camera.zoom].map(short).join(","));
  if (view.time) q.set("t", view.time.map((window) => guarded(window, /[%.]/g)).join(".."));
  if (view.query) q.set("q", view.query);
  if (view.sides) {
    q.set("a", sideToText(view.sides[0]));
    q.set("b", sideToText(view.sides[1]));
  }
  if (view.quadrant) q.set("of", view.quadrant);
  const text = q.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%40", "@");
  return `#/${view.screen}${text ? `?${text}` : ""}`;
}

export function fromHash(hash: string): View {
  const [path, text] = cut(hash.replace(/^#\/?/, ""), "?");
  const q = new URLSearchParams(text ?? "");
  const a = sideFromText(q.get("a"));
  const b = sideFromText(q.get("b"));
  return {
    screen: (SCREENS as readonly string[]).includes(path) ? (path as Screen) : START.screen,
    tree: q.get("tree") ?? START.tree,
    selected: q.get("sel"),
    group: groupFrom(q.get("with")),
    overlay: overlayFrom(q.get("color"), q.get("as")),
    camera: cameraFrom(q.get("at")),
    time: spanFrom(q.get("t")),
    query: q.get("q") ?? "",
    sides: a && b ? [a, b] : null,
    quadrant: q.get("of") || null,
  };
}

/** The screen that an address asks for and nobody knows. */
export function unknownScreen(hash: string): string | null {
  const [path] = cut(hash.replace(/^#\/?/, ""), "?");
  return path && !(SCREENS as readonly string[]).includes(path) ? plain(path) : null;
}

function groupFrom(text: string | null): readonly string[] {
  return [...new Set((text ?? "").split(",").filter(Boolean).map(plain))];
}

function overlayFrom(color: string | null, as: string | null): Overlay {
  if (!color) return { kind: "topic" };
  const [name, value] = cut(color, ":");
  if (value === null) return { kind: "measure", key: plain(name) };
  return { kind: "facet", facet: plain(name), value, as: as === "lift" ? "lift" : "share" };
}

function cameraFrom(text: string | null): Camera | null {
  const parts = (text ?? "").split(",").map((part) => (part.trim() ? Number(part) : Number.NaN));
  const [x, y, zoom] = parts;
  if (parts.length !== 3 || !parts.every(Number.isFinite) || zoom! <= 0) return null;
  return { x: x!, y: y!, zoom: zoom! };
}

function spanFrom(text: string | null): readonly [string, string] | null {
  const [from, to, more] = (text ?? "").split("..");
  return from && to && more === undefined ? [plain(from), plain(to)] : null;
}

function sideToText(side: Side): string {
  if (side.kind === "value") return `${guarded(side.facet, /[%:]|^[@!]/g)}:${side.value}`;
  if (side.kind === "window") return `@${side.window}`;
  return `!${side.kind}`;
}

function sideFromText(text: string | null): Side | null {
  if (!text) return null;
  if (text === "!rest" || text === "!other") return { kind: text === "!rest" ? "rest" : "other" };
  if (text.startsWith("@")) return { kind: "window", window: text.slice(1) };
  const [facet, value] = cut(text, ":");
  return value === null ? null : { kind: "value", facet: plain(facet), value };
}

/** The text with what would be read as a separator written as %XX. */
function guarded(text: string, what = /[%:]/g): string {
  return text.replace(what, (c) => `%${c.charCodeAt(0).toString(16)}`);
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function cut(text: string, at: string): [string, string | null] {
  const found = text.indexOf(at);
  return found < 0 ? [text, null] : [text.slice(0, found), text.slice(found + 1)];
}

function short(n: number): string {
  return String(Number(n.toPrecision(4)));
}
