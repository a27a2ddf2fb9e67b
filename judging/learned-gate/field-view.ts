import type { Ellipse } from '../../decoding/field-of-view/ellipse.ts';
import { INSPECTION_SIZE, type Planes } from '../square.ts';

/** Side of the view, in cells. */
export const VIEW_SIZE = 96;
export const VIEW_CENTRE = (VIEW_SIZE - 1) / 2;
/** Cells farther from the middle show the camera's edge: 1 is the outline. */
const OUTERMOST = 0.92;
const CELLS = VIEW_SIZE * VIEW_SIZE;

/** The field of view as a circle that fills a square, however the photograph was framed. Row by row, [96, 96]. */
export interface FieldView {
  /** Levels, 0 to 255; outside, the mean of what is shown. */
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  /** 1 where the photograph shows the field of view, else 0. */
  readonly shown: Uint8Array;
  /** How many cells are shown. */
  readonly count: number;
}

/** Whether each cell lies within the outline: the same for every photograph. */
const WITHIN = Uint8Array.from({ length: CELLS }, (_, cell) => {
  const across = ((cell % VIEW_SIZE) - VIEW_CENTRE) / VIEW_CENTRE;
  const down = (Math.floor(cell / VIEW_SIZE) - VIEW_CENTRE) / VIEW_CENTRE;
  return across * across + down * down <= OUTERMOST * OUTERMOST ? 1 : 0;
});

/** Places along one axis: the pixel before each cell's middle, and how far behind it that lies. */
function placesOf(centre: number, radius: number) {
  const before = new Int32Array(VIEW_SIZE);
  const share = new Float32Array(VIEW_SIZE);
  for (let line = 0; line < VIEW_SIZE; line += 1) {
    const place = centre + ((line - VIEW_CENTRE) / VIEW_CENTRE) * radius;
    const whole = Math.floor(place);
    before[line] = whole >= 0 && whole < INSPECTION_SIZE - 1 ? whole : -1;
    share[line] = place - whole;
  }
  return { before, share };
}

function fillOutside(plane: Float32Array, shown: Uint8Array, count: number): void {
  let sum = 0;
  for (let cell = 0; cell < CELLS; cell += 1) sum += plane[cell] ?? 0;
  const mean = sum / Math.max(1, count);
  for (let cell = 0; cell < CELLS; cell += 1) if (shown[cell] === 0) plane[cell] = mean;
}

/**
 * Brings the field of view to one size and shape, by bilinear interpolation.
 *
 * @param ellipse outline of the field of view on the gate's square
 */
export function viewField({ red, green, blue }: Planes, { x, y, radiusX, radiusY }: Ellipse): FieldView {
  const across = placesOf(x, radiusX);
  const down = placesOf(y, radiusY);
  const planes = [red, green, blue] as const;
  const views = planes.map(() => new Float32Array(CELLS)) as [Float32Array, Float32Array, Float32Array];
  const shown = new Uint8Array(CELLS);
  let count = 0;
  for (let row = 0; row < VIEW_SIZE; row += 1) {
    const above = down.before[row] ?? -1;
    if (above < 0) continue;
    const lower = down.share[row] ?? 0;
    for (let column = 0; column < VIEW_SIZE; column += 1) {
      const cell = row * VIEW_SIZE + column;
      const left = across.before[column] ?? -1;
      if (left < 0 || WITHIN[cell] === 0) continue;
      const right = across.share[column] ?? 0;
      const place = above * INSPECTION_SIZE + left;
      shown[cell] = 1;
      count += 1;
      for (let channel = 0; channel < 3; channel += 1) {
        const plane = planes[channel] as Uint8Array;
        const a = plane[place] ?? 0;
        const c = plane[place + INSPECTION_SIZE] ?? 0;
        const top = a + right * ((plane[place + 1] ?? 0) - a);
        const bottom = c + right * ((plane[place + INSPECTION_SIZE + 1] ?? 0) - c);
        (views[channel] as Float32Array)[cell] = top + lower * (bottom - top);
      }
    }
  }
  for (const view of views) fillOutside(view, shown, count);
  return { red: views[0], green: views[1], blue: views[2], shown, count };
}
