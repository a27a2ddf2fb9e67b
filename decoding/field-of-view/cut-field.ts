import type { Ellipse } from './ellipse.ts';
import type { Raster } from './view.ts';

/** Beyond so many radii nothing is retina: corners, captions, pages. */
const KEPT_RADII = 1.02;

/** From where to where a row of the field is kept, as columns of the picture. */
function keptColumns({ x, y, radiusX, radiusY }: Ellipse, row: number, width: number): [number, number] {
  const down = (row + 0.5 - y) / (radiusY * KEPT_RADII);
  if (Math.abs(down) >= 1) return [0, 0];
  const half = radiusX * KEPT_RADII * Math.sqrt(1 - down * down);
  return [Math.max(0, Math.round(x - half)), Math.min(width, Math.round(x + half))];
}

/**
 * Cuts a field out of its photograph: the square around its circle (of a squashed one, the rectangle around its ellipse).
 * What the photograph does not show of the square, and what lies outside of the field, is black.
 */
export function cutField(raster: Raster, field: Ellipse): Raster {
  const left = Math.round(field.x - field.radiusX);
  const top = Math.round(field.y - field.radiusY);
  const width = Math.max(1, Math.round(2 * field.radiusX));
  const height = Math.max(1, Math.round(2 * field.radiusY));
  const pixels = new Uint8Array(width * height * 3);
  for (let row = Math.max(0, top); row < Math.min(raster.height, top + height); row += 1) {
    const [begin, end] = keptColumns(field, row, raster.width);
    const from = Math.max(begin, left);
    const to = Math.min(end, left + width);
    if (to <= from) continue;
    const source = row * raster.width * 3;
    pixels.set(
      raster.pixels.subarray(source + from * 3, source + to * 3),
      ((row - top) * width + from - left) * 3,
    );
  }
  return { pixels, width, height };
}

/** A picture laid on a black square, for want of a field: its geometry stays. */
export function onSquare({ pixels, width, height }: Raster): Raster {
  const side = Math.max(width, height);
  if (width === height) return { pixels, width, height };
  const square = new Uint8Array(side * side * 3);
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  for (let row = 0; row < height; row += 1) {
    const line = pixels.subarray(row * width * 3, (row + 1) * width * 3);
    square.set(line, ((row + top) * side + left) * 3);
  }
  return { pixels: square, width: side, height: side };
}
