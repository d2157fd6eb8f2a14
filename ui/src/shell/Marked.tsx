/** A text with the words that were searched for set off; text nodes only. */
export function Marked({ text, terms }: { text: string; terms: readonly string[] }) {
  const words = terms.filter(Boolean).map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.length === 0) return text;
  // longest first, so that "art" does not break "article"
  words.sort((a, b) => b.length - a.length);
  const parts = text.split(new RegExp(`(${words.join("|")})`, "giu"));
  return parts.map((part, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
    i % 2 ? <mark key={i}>{part}</mark> : part,
  );
}
