import { tight } from "../words";

/** A sentence of the report; what stands between backticks is a command. Text nodes only. */
export function Sentence({ text }: { text: string }) {
  return tight(text)
    .split("`")
    .map((part, i) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
      i % 2 ? <code key={i}>{part}</code> : part,
    );
}
