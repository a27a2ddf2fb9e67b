import { type FieldGrid, GRID_SIZE } from './field-grid.ts';
import { WindowSums } from './window-sums.ts';

/** Half of the window over which light falls off, and over which contrast is counted, in cells. */
const LIGHT = 26;
const SPREAD = 35;
/** Levels that noise alone may have: a plain field must not be stretched to contrast. */
const LEAST_SPREAD = 1.5;
/** Beyond this, in spreads, a reflex is as bright as a disc. */
const MOST = 2.5;

/**
 * Levels of the field without the fall of light across it, in local standard deviations, -2.5 to 2.5: 0 is as bright as its
 * surroundings.
 *
 * @param counts of the cells that are shown
 */
export function localContrast({ levels, shown }: FieldGrid, counts: WindowSums): Float32Array {
  const sums = new WindowSums(levels);
  const rest = new Float32Array(levels.length);
  const squares = new Float32Array(levels.length);
  for (let y = 0, cell = 0; y < GRID_SIZE; y += 1) {
    for (let x = 0; x < GRID_SIZE; x += 1, cell += 1) {
      if (shown[cell] !== 1) continue;
      const light = sums.around(x, y, LIGHT, LIGHT) / counts.around(x, y, LIGHT, LIGHT);
      const value = (levels[cell] ?? 0) - light;
      rest[cell] = value;
      squares[cell] = value * value;
    }
  }
  const spreads = new WindowSums(squares);
  for (let y = 0, cell = 0; y < GRID_SIZE; y += 1) {
    for (let x = 0; x < GRID_SIZE; x += 1, cell += 1) {
      if (shown[cell] !== 1) continue;
      const spread = Math.sqrt(spreads.around(x, y, SPREAD, SPREAD) / counts.around(x, y, SPREAD, SPREAD));
      rest[cell] = Math.max(-MOST, Math.min(MOST, (rest[cell] ?? 0) / (spread + LEAST_SPREAD)));
    }
  }
  return rest;
}
