import { percentileInterval } from './bootstrap/interval.ts';
import type { MeasuredFigure } from './evaluation.ts';

/**
 * Value and interval of a figure.
 *
 * @param reason why it is not defined, where it is NaN
 */
export function measured(value: number, resampled: ArrayLike<number>, reason: string): MeasuredFigure {
  if (Number.isNaN(value)) return { value: null, low: null, high: null, reason };
  const interval = percentileInterval(resampled);
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}
