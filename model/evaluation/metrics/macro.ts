/**
 * Unweighted mean over labels or classes, of those where the figure is defined: a class that this cohort lacks cannot
 * be averaged in, neither as 0 nor as 1. Of classes one against the rest, it is scikit-learn's
 * `roc_auc_score(…, multi_class="ovr", average="macro")`.
 *
 * @returns NaN where none is defined
 */
export function macroMean(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
