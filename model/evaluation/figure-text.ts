import type { MeasuredFigure } from './evaluation.ts';

/**
 * A figure with its interval, as papers print it.
 *
 * @example figureText({ value: 0.8312, low: 0.79, high: 0.8701 }) // '0.831 (0.790–0.870)'
 */
export function figureText({ value, low, high, reason }: MeasuredFigure, digits = 3): string {
  if (value === null) return `none: ${reason ?? 'not defined'}`;
  if (low === null || high === null) return value.toFixed(digits);
  return `${value.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

/** A share in percent. */
export function percentText(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
