import type { Finding } from '../../core/exams/finding.ts';

/** Keeps a comparison on one line of a table. */
const SPACE = '\u00A0';

/** Most decimals that are shown to tell a probability from its threshold. */
const MOST_DECIMALS = 6;

/**
 * A probability beside its threshold, with as many decimals as it takes to tell them apart.
 *
 * @example comparisonText(0.83, 0.4, true) // '0.83 ≥ 0.40'
 */
export function comparisonText(probability: number, threshold: number, positive: boolean): string {
  let decimals = 2;
  while (
    decimals < MOST_DECIMALS &&
    probability !== threshold &&
    probability.toFixed(decimals) === threshold.toFixed(decimals)
  ) {
    decimals += 1;
  }
  const sign = positive ? '≥' : '<';
  return [probability.toFixed(decimals), sign, threshold.toFixed(decimals)].join(SPACE);
}

/** A finding in words: its label, its probability beside its threshold, its eye. */
export function findingText({ label, level, probability, threshold, positive }: Finding): string {
  const eye = level === 'patient' ? '' : ` (${level})`;
  return `${label} ${comparisonText(probability, threshold, positive)}${eye}`;
}
