import type { Outcome } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { colours } from '../terminal/colours.ts';

const OUTCOME_COLOURS: Readonly<Record<Outcome, (text: string) => string>> = {
  recall: colours.green,
  'not-assessed': colours.magenta,
  ungradable: colours.yellow,
  refer: colours.red,
  'refer-urgent': (text) => colours.bold(colours.red(text)),
};

/** What holds of an exam, and below it what readers changed or have not settled. */
export function outcomeText({ outcome, final, review }: ResultLine): string {
  const remarks = [
    ...(final.outcome === outcome ? [] : [`by ${final.decidedBy}`, `model: ${outcome}`]),
    ...(review?.status === 'preliminary' ? [`waits: ${review.stage}`] : []),
  ];
  return [OUTCOME_COLOURS[final.outcome](final.outcome), ...remarks.map((text) => colours.dim(text))].join(
    '\n',
  );
}
