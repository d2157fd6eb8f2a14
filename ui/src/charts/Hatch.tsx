// "Not shown": hatched, never an empty or a zero bar.

/** The pattern; use it as fill={`url(#${id})`} in the same <svg>, so that a download holds it. */
export function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern
        id={id}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <line x1="0" y1="0" x2="0" y2="6" stroke="var(--none)" strokeWidth="3" />
      </pattern>
    </defs>
  );
}
