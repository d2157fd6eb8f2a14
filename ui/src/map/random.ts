// Small seeded random numbers, so that the same report always looks the same.

/** FNV-1a over the characters of an id. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The next state of a 32-bit xorshift generator; 0 is not a state. */
export function step(state: number): number {
  let s = state;
  s ^= s << 13;
  s ^= s >>> 17;
  s ^= s << 5;
  return s;
}

/** A state that is never 0, mixed well even from neighbouring seeds. */
export function stateFrom(seed: number): number {
  let s = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  s = Math.imul(s ^ (s >>> 13), 0xc2b2ae35);
  return (s ^ (s >>> 16)) | 1;
}
