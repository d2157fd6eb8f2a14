// The mark: a map seen as an eye; dots in an almond, one of them looked at.
const DOTS: readonly (readonly [number, number, number])[] = [
  [4.6, 12.2, 1],
  [7.6, 9.6, 1.3],
  [8, 14.2, 1],
  [11.2, 7.6, 1],
  [11.6, 16.2, 1.1],
  [16.4, 8.4, 1.2],
  [16.2, 15.2, 1.3],
  [19.4, 11.8, 1],
];

export function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d="M1.6 12C4.6 7.2 8 5 12 5s7.4 2.2 10.4 7c-3 4.8-6.4 7-10.4 7S4.6 16.8 1.6 12z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
      />
      <g fill="currentColor" opacity="0.55">
        {DOTS.map(([x, y, r]) => (
          <circle key={`${x},${y}`} cx={x} cy={y} r={r} />
        ))}
      </g>
      <circle cx="12" cy="12" r="2.7" fill="var(--accent)" />
    </svg>
  );
}
