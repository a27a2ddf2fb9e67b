import { OUTCOMES, type Outcome } from '../exams/outcome.ts';
import type { ReviewState } from './review-state.ts';

/** How two raters agree over the same exams. */
export interface Agreement {
  readonly exams: number;
  /** Share of equal outcomes; `null` without an exam. */
  readonly observed: number | null;
  /**
   * Cohen's kappa: agreement beyond what chance would give; 1 is perfect, 0 is chance. `null` where it is not defined:
   * without an exam, or if both gave the same one outcome to every exam.
   *
   * @see Cohen 1960, A coefficient of agreement for nominal scales
   */
  readonly kappa: number | null;
}

/** Pairs of outcomes that two raters gave. */
export function agreementOf(pairs: readonly (readonly [Outcome, Outcome])[]): Agreement {
  const exams = pairs.length;
  if (exams === 0) return { exams, observed: null, kappa: null };
  const share = (fits: (pair: readonly [Outcome, Outcome]) => boolean) => pairs.filter(fits).length / exams;
  const observed = share(([a, b]) => a === b);
  const expected = OUTCOMES.reduce(
    (sum, outcome) => sum + share(([a]) => a === outcome) * share(([, b]) => b === outcome),
    0,
  );
  return { exams, observed, kappa: expected === 1 ? null : (observed - expected) / (1 - expected) };
}

/** Hours from the coming to a stage to its verdict. */
export interface Turnaround {
  readonly medianHours: number;
  readonly p90Hours: number;
}

/** How one reader reads. */
export interface ReaderReport {
  readonly reader: string;
  readonly verdicts: number;
  /** With the machine, over all that this reader read. */
  readonly withMachine: Agreement;
  /** With other readers of the same exam; arbiters, who know both verdicts, left out. */
  readonly withReaders: Agreement;
  readonly turnaround: Turnaround;
  /** Verdicts given after the exam's deadline. */
  readonly late: number;
}

const HOUR_MILLISECONDS = 3_600_000;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Reports on every reader of some exams, by name. */
export function readerReports(exams: readonly ReviewState[]): ReaderReport[] {
  const readers = new Set(exams.flatMap((exam) => exam.reviews.map((review) => review.reader)));
  return [...readers].toSorted().map((reader) => {
    const own = exams.flatMap((exam) =>
      exam.reviews.filter((review) => review.reader === reader).map((review) => ({ exam, review })),
    );
    const blind = own.filter(({ review }) => review.stage !== 'arbitration');
    const hours = own
      .map(({ review }) => (Date.parse(review.at) - Date.parse(review.since)) / HOUR_MILLISECONDS)
      .sort((a, b) => a - b);
    return {
      reader,
      verdicts: own.length,
      withMachine: agreementOf(own.map(({ review }) => [review.outcome, review.machine.outcome])),
      withReaders: agreementOf(
        blind.flatMap(({ exam, review }) =>
          exam.reviews
            .filter((other) => other.reader !== reader && other.stage !== 'arbitration')
            .map((other) => [review.outcome, other.outcome] as const),
        ),
      ),
      turnaround: { medianHours: quantile(hours, 0.5), p90Hours: quantile(hours, 0.9) },
      late: own.filter(({ exam, review }) => review.at > exam.dueAt).length,
    };
  });
}
