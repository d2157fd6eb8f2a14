// The pixels that one round dot covers, for each place of its centre within a pixel.

export const PLACES = 4; // per axis

export interface Stamp {
  /** Width and height in pixels. */
  side: number;
  /** Coverage 0..256 by place (row-major, PLACES x PLACES), then by pixel (row-major). */
  cover: Uint16Array;
}

const FINE = 1.6; // a dot up to this diameter is shared out among four pixels

/** A disc of a diameter in device pixels with soft edges. */
export function makeStamp(diameter: number, opacity: number): Stamp {
  const fine = diameter <= FINE;
  const side = fine ? 2 : Math.ceil(diameter + 1);
  const cover = new Uint16Array(PLACES * PLACES * side * side);
  // A thin dot keeps its light: less opaque rather than smaller.
  const light = 256 * opacity * (fine ? (Math.PI / 4) * diameter ** 2 : 1);
  let at = 0;
  for (let place = 0; place < PLACES * PLACES; place++) {
    const cx = side / 2 - 0.5 + ((place % PLACES) + 0.5) / PLACES;
    const cy = side / 2 - 0.5 + (Math.floor(place / PLACES) + 0.5) / PLACES;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const dx = Math.abs(x + 0.5 - cx);
        const dy = Math.abs(y + 0.5 - cy);
        const covered = fine
          ? Math.max(0, 1 - dx) * Math.max(0, 1 - dy)
          : clamp(diameter / 2 + 0.5 - Math.hypot(dx, dy));
        cover[at++] = Math.min(256, Math.round(light * covered));
      }
  }
  return { side, cover };
}

function clamp(t: number): number {
  return Math.min(1, Math.max(0, t));
}
