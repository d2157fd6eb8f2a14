import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LabelStyle, wrap } from "../../src/map/measure";

const STYLE: LabelStyle = { font: "", line: 14, widest: 100, lines: 3 };
const ruler = (text: string) => 6 * [...text].length;

describe("wrap", () => {
  test("keeps a short name on one line", () => {
    expect(wrap("Travel", STYLE, ruler)).toMatchObject({ lines: ["Travel"], clipped: false });
  });

  test("breaks between words, evenly", () => {
    expect(
      wrap("Language learning and translation", { ...STYLE, widest: 120 }, ruler).lines,
    ).toEqual(["Language learning", "and translation"]);
  });

  test("cuts nothing that fits", () => {
    const words = fc.array(
      fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 16 }),
    );
    fc.assert(
      fc.property(words, (some) => {
        const lines: string[] = [];
        for (const word of some) {
          const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
          if (lines.length && ruler(longer) <= STYLE.widest) lines[lines.length - 1] = longer;
          else lines.push(word);
        }
        const { clipped } = wrap(some.join(" "), STYLE, ruler);
        expect(clipped).toBe(lines.length > STYLE.lines);
      }),
    );
  });

  test("never takes more room than there is, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 320 }), (name) => {
        const { lines, width, height } = wrap(name, STYLE, ruler);
        expect(lines.length).toBeLessThanOrEqual(3);
        expect(width).toBeLessThanOrEqual(100);
        expect(height).toBeLessThanOrEqual(42);
      }),
    );
  });

  test("says that a name of 300 characters is cut", () => {
    const cut = wrap("word ".repeat(60), STYLE, ruler);
    expect(cut.clipped).toBe(true);
    expect(cut.lines.at(-1)).toMatch(/…$/u);
    expect(wrap("x".repeat(300), STYLE, ruler).clipped).toBe(true);
  });

  test("breaks a script without spaces", () => {
    const { lines, clipped } = wrap("旅行の計画を立てて予算を考える", STYLE, ruler);
    expect(lines.length).toBeGreaterThan(0);
    expect(clipped).toBe(false);
  });
});
