import type { Opinion } from '../exams/opinion.ts';
import type { Review } from '../exams/review.ts';
import type { ReviewState } from '../exams/review-state.ts';
import { type Agreement, agreementOf } from './agreement.ts';

/** Hours from the coming to a stage to its verdict. */
export interface Turnaround {
  readonly medianHours: number;
  readonly p90Hours: number;
}

/** How one reader reads. A reader is measured by what they said before they could know better: corrections are counted apart. */
export interface ReaderReport {
  readonly reader: string;
  /** Exams that this reader read. */
  readonly verdicts: number;
  /** Of these: exams whose verdict they corrected. */
  readonly corrected: number;
  /** With the machine, over all that this reader read. */
  readonly withMachine: Agreement;
  /** With other readers of the same exam; arbiters, who know both verdicts, left out. */
  readonly withReaders: Agreement;
  readonly turnaround: Turnaround;
  /** Verdicts given after the exam's deadline. */
  readonly late: number;
}

const HOUR_MILLISECONDS = 3_600_000;

/** @param share above 0, at most 1 */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

/** What a reader said last before another had said anything: after that they may have seen it. */
function before(other: Opinion, { given }: Opinion): Review {
  const [first] = given;
  return given.findLast((review) => review.at < other.given[0].at) ?? first;
}

function blindPairs(opinion: Opinion, exam: ReviewState) {
  if (opinion.holds.stage === 'arbitration') return [];
  return exam.opinions
    .filter((other) => other !== opinion && other.holds.stage !== 'arbitration')
    .map((other) => [before(other, opinion).outcome, before(opinion, other).outcome] as const);
}

/** Reports on every reader of some exams, by name. */
export function readerReports(exams: readonly ReviewState[]): ReaderReport[] {
  const readers = new Set(exams.flatMap((exam) => exam.opinions.map(({ reader }) => reader)));
  return [...readers].toSorted().map((reader) => {
    const own = exams.flatMap((exam) =>
      exam.opinions.filter((opinion) => opinion.reader === reader).map((opinion) => ({ exam, opinion })),
    );
    const firsts = own.map(({ opinion }) => opinion.given[0]);
    const hours = firsts
      .map((review) => (Date.parse(review.at) - Date.parse(review.since)) / HOUR_MILLISECONDS)
      .sort((a, b) => a - b);
    return {
      reader,
      verdicts: own.length,
      corrected: own.filter(({ opinion }) => opinion.given.length > 1).length,
      withMachine: agreementOf(firsts.map((review) => [review.outcome, review.machine.outcome])),
      withReaders: agreementOf(own.flatMap(({ exam, opinion }) => blindPairs(opinion, exam))),
      turnaround: { medianHours: quantile(hours, 0.5), p90Hours: quantile(hours, 0.9) },
      late: own.filter(({ exam, opinion }) => opinion.given[0].at > exam.dueAt).length,
    };
  });
}
