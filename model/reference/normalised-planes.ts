import { PREPROCESSING } from '../preprocessing/contract.ts';
import type { Value } from './graph-run.ts';

/** Normalised pictures as the reference takes them: float32 [batch, 3, size, size]. */
export function normalisedPlanes(pixels: Uint8Array, batch: number, size: number): Value {
  const area = size * size;
  const data = new Float32Array(batch * 3 * area);
  for (let image = 0; image < batch; image += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const mean = PREPROCESSING.mean[channel] ?? 0;
      const deviation = PREPROCESSING.standardDeviation[channel] ?? 1;
      for (let pixel = 0; pixel < area; pixel += 1) {
        const value = (pixels[(image * area + pixel) * 3 + channel] ?? 0) / 255;
        data[(image * 3 + channel) * area + pixel] = (value - mean) / deviation;
      }
    }
  }
  return { data, shape: [batch, 3, size, size] };
}
