import type { Ellipse } from '../../decoding/field-of-view/ellipse.ts';
import { INSPECTION_SIZE } from '../square.ts';

/** Side of the grid, in cells. */
export const GRID_SIZE = 112;
/** Radius of the field of view on the grid, in cells: it is a circle there, however the photograph was squashed. */
export const GRID_RADIUS = 53;
export const GRID_CENTRE = (GRID_SIZE - 1) / 2;

/** Cells farther from the centre show the camera's edge: 1 is the outline. */
const OUTERMOST = 0.93;

/** The field of view on a grid in which it is a circle. Row by row, [112, 112]. */
export interface FieldGrid {
  /** Mean green, 0 to 255; 0 outside. */
  readonly levels: Float32Array;
  /** 1 where the photograph shows the field of view, else 0. */
  readonly shown: Float32Array;
}

/** Mean of nine pixels; its middle must not lie at the frame. */
function meanAround(plane: Uint8Array, x: number, y: number): number {
  let sum = 0;
  for (let row = y - 1; row <= y + 1; row += 1) {
    const middle = row * INSPECTION_SIZE + x;
    sum += (plane[middle - 1] ?? 0) + (plane[middle] ?? 0) + (plane[middle + 1] ?? 0);
  }
  return sum / 9;
}

/** @param green uint8 [224, 224] */
export function fieldGrid(green: Uint8Array, { x, y, radiusX, radiusY }: Ellipse): FieldGrid {
  const levels = new Float32Array(GRID_SIZE * GRID_SIZE);
  const shown = new Float32Array(GRID_SIZE * GRID_SIZE);
  const last = INSPECTION_SIZE - 2;
  for (let row = 0; row < GRID_SIZE; row += 1) {
    const down = (row - GRID_CENTRE) / GRID_RADIUS;
    const pixelY = Math.round(y + down * radiusY);
    if (pixelY < 1 || pixelY > last) continue;
    for (let column = 0; column < GRID_SIZE; column += 1) {
      const across = (column - GRID_CENTRE) / GRID_RADIUS;
      const pixelX = Math.round(x + across * radiusX);
      if (pixelX < 1 || pixelX > last || across * across + down * down > OUTERMOST ** 2) continue;
      const cell = row * GRID_SIZE + column;
      levels[cell] = meanAround(green, pixelX, pixelY);
      shown[cell] = 1;
    }
  }
  return { levels, shown };
}
