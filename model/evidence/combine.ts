import { type EvidenceGrid, resized } from './grid.ts';

/** A grid in which each place is the mean of itself and those around it. */
export function smoothed({ side, values }: EvidenceGrid): EvidenceGrid {
  const made = new Float32Array(side * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      let [sum, count] = [0, 0];
      for (let row = Math.max(0, y - 1); row <= Math.min(side - 1, y + 1); row += 1) {
        for (let column = Math.max(0, x - 1); column <= Math.min(side - 1, x + 1); column += 1) {
          sum += values[row * side + column] ?? 0;
          count += 1;
        }
      }
      made[y * side + x] = sum / count;
    }
  }
  return { side, values: made };
}

/** What speaks for the score alone, as a share of the most. */
function shareOfMost(values: Float32Array): Float32Array {
  const most = values.reduce((highest, value) => Math.max(highest, value), 0);
  return values.map((value) => (most > 0 ? Math.max(0, value) / most : 0));
}

/**
 * The mean of both maps, each by its own highest place: the last layer says which region the score rests on, the gradient of a
 * finer one where in it. The gradient's is smoothed first, since its single places are noisy.
 */
export function combined(activation: EvidenceGrid, gradient: EvidenceGrid): EvidenceGrid {
  const { side } = gradient;
  const coarse = shareOfMost(resized(activation, side).values);
  const fine = shareOfMost(smoothed(gradient).values);
  return { side, values: coarse.map((value, place) => (value + (fine[place] ?? 0)) / 2) };
}
