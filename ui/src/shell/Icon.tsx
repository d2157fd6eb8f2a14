// Small line drawings on a 20 px grid, in the colour of the text around them.
const PATHS = {
  overview: "M3.5 4.5h13M3.5 8.5h8M3.5 12.5h13M3.5 16.5h6",
  map: "M10 3.2c3 0 5.2 2.1 5.2 4.9 0 3.6-5.2 8.7-5.2 8.7S4.8 11.7 4.8 8.1c0-2.8 2.2-4.9 5.2-4.9zM10 6.6a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z",
  compare: "M6.5 3.5v13M13.5 3.5v13M3.5 7.5h6M10.5 12.5h6",
  quadrant: "M10 3v14M3 10h14M6.2 6.2h.01M14 5.6h.01M13.4 13.8h.01M5.8 14.2h.01",
  notes: "M5.5 3.5h9v13l-4.5-3.6-4.5 3.6z",
  how: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.2v4.3M10 6.5h.01",
  search: "M8.8 14.1a5.3 5.3 0 1 0 0-10.6 5.3 5.3 0 0 0 0 10.6zM12.8 12.8l4 4",
  help: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.9 8.2c0-1.2.9-2 2.1-2s2.1.8 2.1 1.9c0 1.6-2.1 1.7-2.1 3.2M10 13.7h.01",
  light:
    "M10 13.4a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8zM10 2.6v1.6M10 15.8v1.6M2.6 10h1.6M15.8 10h1.6M4.8 4.8l1.1 1.1M14.1 14.1l1.1 1.1M15.2 4.8l-1.1 1.1M5.9 14.1l-1.1 1.1",
  dark: "M16.3 12.1A6.8 6.8 0 0 1 7.9 3.7a6.8 6.8 0 1 0 8.4 8.4z",
  close: "M5 5l10 10M15 5L5 15",
  down: "M5.5 8l4.5 4.5L14.5 8",
  play: "M7 4.5l8.5 5.5L7 15.5z",
  pause: "M7 5v10M13 5v10",
  next: "M5.5 4.500l7 5.5-7 5.500zM15 4.500v11",
  flag: "M5.5 17V3.500M5.5 4h8.500l-2 3 2 3H5.5",
  list: "M4 5h12M4 10h12M4 15h12",
  more: "M5 8.500l5 5 5-5M5 4h10",
  less: "M5 11.500l5-5 5 5M5 16h10",
  warning: "M10 3.500l7 12.500H3zM10 8.200v3.600M10 13.900h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill={filled ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
