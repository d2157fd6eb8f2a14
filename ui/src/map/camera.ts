// Where the map is looked at from. Pure: report units are -1..1 with y up, pixels have y down.
import type { Camera } from "../state/view";

export interface Size {
  width: number;
  height: number;
}

/** What the map covers, in report units. */
export interface Extent {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** Space that floating parts of the page take from the map, in pixels. */
export interface Margin {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Pixels per report unit at zoom 1: the square -1..1 fits. */
export function unit(size: Size): number {
  return Math.max(1, Math.min(size.width, size.height)) / 2;
}

export function scaleOf(camera: Camera, size: Size): number {
  return unit(size) * camera.zoom;
}

export function project(camera: Camera, size: Size, x: number, y: number): [number, number] {
  const s = scaleOf(camera, size);
  return [size.width / 2 + (x - camera.x) * s, size.height / 2 - (y - camera.y) * s];
}

export function unproject(camera: Camera, size: Size, px: number, py: number): [number, number] {
  const s = scaleOf(camera, size);
  return [camera.x + (px - size.width / 2) / s, camera.y - (py - size.height / 2) / s];
}

export function pan(camera: Camera, size: Size, dx: number, dy: number): Camera {
  const s = scaleOf(camera, size);
  return { ...camera, x: camera.x - dx / s, y: camera.y + dy / s };
}

/** Zooms so that the place under a pixel stays under it. */
export function zoomAt(camera: Camera, size: Size, px: number, py: number, by: number): Camera {
  const [x, y] = unproject(camera, size, px, py);
  const zoom = camera.zoom * by;
  const s = unit(size) * zoom;
  return { x: x - (px - size.width / 2) / s, y: y + (py - size.height / 2) / s, zoom };
}

/** The camera from which a box is seen whole, centred in what the margin leaves. */
export function frame(extent: Extent, size: Size, margin: Margin): Camera {
  const width = Math.max(40, size.width - margin.left - margin.right);
  const height = Math.max(40, size.height - margin.top - margin.bottom);
  const s = Math.min(
    width / Math.max(1e-6, extent.maxX - extent.minX),
    height / Math.max(1e-6, extent.maxY - extent.minY),
  );
  return {
    x: (extent.minX + extent.maxX) / 2 - (margin.left - margin.right) / 2 / s,
    y: (extent.minY + extent.maxY) / 2 - (margin.bottom - margin.top) / 2 / s,
    zoom: s / unit(size),
  };
}

/** Keeps some of the map in sight and the zoom within reason. */
export function bounded(camera: Camera, extent: Extent, zooms: readonly [number, number]): Camera {
  return {
    x: clamp(camera.x, extent.minX, extent.maxX),
    y: clamp(camera.y, extent.minY, extent.maxY),
    zoom: clamp(camera.zoom, zooms[0], zooms[1]),
  };
}

/** A step of a flight, t from 0 to 1: the zoom changes evenly and the path on screen is straight. */
export function between(from: Camera, to: Camera, t: number): Camera {
  const eased = t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
  const zoom = from.zoom * (to.zoom / from.zoom) ** eased;
  const still = Math.abs(Math.log(to.zoom / from.zoom)) < 1e-3;
  const along = still ? eased : (1 - from.zoom / zoom) / (1 - from.zoom / to.zoom);
  return {
    x: from.x + (to.x - from.x) * along,
    y: from.y + (to.y - from.y) * along,
    zoom,
  };
}

export function extentOf(rows: readonly { x: number; y: number; radius: number }[]): Extent {
  const extent = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const { x, y, radius } of rows) {
    extent.minX = Math.min(extent.minX, x - radius);
    extent.minY = Math.min(extent.minY, y - radius);
    extent.maxX = Math.max(extent.maxX, x + radius);
    extent.maxY = Math.max(extent.maxY, y + radius);
  }
  return rows.length ? extent : { minX: -1, minY: -1, maxX: 1, maxY: 1 };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
