import type { Finding } from '../../core/exams/finding.ts';
import { isNegative } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';

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

type Told = Pick<Finding, 'label' | 'level' | 'probability' | 'threshold' | 'positive' | 'calibrated'>;

/** Stands behind numbers of several images that the head was not measured for. */
export const NOT_CALIBRATED_MARK = '~';

function numbersText({ probability, threshold, positive, calibrated }: Told): string {
  const text = comparisonText(probability, threshold, positive);
  return calibrated === false ? `${text}${SPACE}${NOT_CALIBRATED_MARK}` : text;
}

/** A finding in words: its label, its probability beside its threshold, its eye. */
export function findingText(finding: Told): string {
  const { label, level } = finding;
  const eye = level === 'patient' ? '' : ` (${level})`;
  return `${label} ${numbersText(finding)}${eye}`;
}

/**
 * Findings in words, those of one label together: whom each is about, its probability beside its threshold.
 *
 * @example findingsTexts(findings) // ['glaucoma: left 0.61 ≥ 0.40, patient 0.58 ≥ 0.50', 'amd: patient 0.40 ≥ 0.35']
 */
export function findingsTexts(findings: readonly Told[]): string[] {
  const labels = [...new Set(findings.map(({ label }) => label))];
  return labels.map((label) => {
    const texts = findings
      .filter((finding) => finding.label === label)
      .map((one) => `${one.level}${SPACE}${numbersText(one)}`);
    return `${label}: ${texts.join(', ')}`;
  });
}

/** What positive findings call for, by what they are. */
function calledFor({ reasons }: ResultLine, { level, head, label }: Finding): ResultLine['outcome'] | null {
  const reason = reasons.find(
    (one) => one.because === 'finding' && one.level === level && one.head === head && one.label === label,
  );
  return reason?.outcome ?? null;
}

/** What an exam's positive findings are to its outcome. */
export interface SortedFindings {
  /** They call for what became of it, or for anything but sending the patient home. */
  readonly deciding: readonly Finding[];
  /** They speak against it: `normal` where the patient is referred all the same. */
  readonly against: readonly Finding[];
}

/** An exam's positive findings, the most probable first. */
export function sortedFindings(line: ResultLine): SortedFindings {
  const positive = line.findings
    .filter((finding) => finding.positive)
    .toSorted((a, b) => b.probability - a.probability);
  const isAgainst = (finding: Finding) => {
    const called = calledFor(line, finding);
    return called !== null && isNegative(called) && !isNegative(line.outcome);
  };
  return {
    deciding: positive.filter((finding) => !isAgainst(finding)),
    against: positive.filter(isAgainst),
  };
}
