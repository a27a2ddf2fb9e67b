import type { EvidenceMap } from './map-query.ts';

/** Stands out from a retina by hue and by lightness, and from its red-free picture by lightness. */
const COLOUR = [64, 224, 255] as const;

/**
 * The pixels of a map: one colour, the more opaque the more evidence a place has.
 *
 * @returns RGBA, rows from the top
 */
export function mapPixels({
  side,
  values,
}: Pick<EvidenceMap, 'side' | 'values'>): Uint8ClampedArray<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(values), (letter) => letter.charCodeAt(0));
  const pixels = new Uint8ClampedArray(side * side * 4);
  for (let place = 0; place < side * side; place += 1) pixels.set([...COLOUR, bytes[place] ?? 0], place * 4);
  return pixels;
}

/** A map as a picture of one pixel a place: what enlarges it goes linearly from place to place. */
export function mapPicture(map: EvidenceMap): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = map.side;
  canvas.height = map.side;
  canvas.className = 'evidence-map';
  canvas.getContext('2d')?.putImageData(new ImageData(mapPixels(map), map.side, map.side), 0, 0);
  return canvas;
}
