import { moreUrgent, type Outcome } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/exams/result-line.ts';

export interface FinalOutcome {
  readonly outcome: Outcome;
  readonly decidedBy: 'machine' | 'reader' | 'arbiter';
}

/** What holds by now. */
export function finalOf(line: ResultLine): FinalOutcome {
  const { outcome, review } = line;
  if (review === null) return { outcome, decidedBy: 'machine' };
  const last = review.verdicts.at(-1);
  if (review.outcome !== null)
    return { outcome: review.outcome, decidedBy: last?.stage === 'arbitration' ? 'arbiter' : 'reader' };
  const most = review.verdicts.reduce((sum, verdict) => moreUrgent(sum, verdict.outcome), outcome);
  return { outcome: most, decidedBy: most === outcome ? 'machine' : 'reader' };
}
