/** A measured figure, or `null` with the reason why there is none. Never a number made up for want of cases. */
export type Figure =
  | { readonly value: number; readonly reason?: undefined }
  | { readonly value: null; readonly reason: string };

/** Of a number that is NaN where it is not defined. */
export function figureOf(value: number, reasonIfUndefined: string): Figure {
  return Number.isNaN(value) ? { value: null, reason: reasonIfUndefined } : { value };
}

/** Why a figure that needs cases with and without the label has none. */
export function singleClassReason(positives: number, negatives: number): string {
  if (positives + negatives === 0) return 'no case is labelled';
  return positives === 0 ? 'no case has the label' : 'every case has the label';
}
