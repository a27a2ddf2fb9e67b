import { z } from 'zod';
import { OUTCOMES, outcomeSchema } from '../exams/outcome.ts';
import { UNGRADABLE_REASONS } from '../exams/quality.ts';
import type { ReviewState } from '../exams/review-state.ts';
import type { ExamFacts } from '../ports/exam-facts.ts';
import { agreementOf } from '../reviews/agreement.ts';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1).nullable();

/**
 * The figures by which a screening programme is judged each month, after the key performance indicators of programmes such as
 * the English one (Public Health England, Diabetic eye screening standards): uptake, image quality, referral, turnaround.
 */
export const monthReportSchema = z.object({
  program: z.string(),
  /** `2026-05`, in UTC. */
  month: z.string(),
  /** Patients with a result of this month, how many were invited, and their share: `null` where nobody said how many. */
  uptake: z.object({
    patients: count,
    invited: count.nullable(),
    /** Above 1 where more came than were invited. */
    share: z.number().nonnegative().nullable(),
  }),
  /** Exams screened in this month. */
  exams: count,
  /** By what holds now. */
  ungradable: z.object({
    exams: count,
    share,
    /** Photographs by their reason: an exam may have several. */
    reasons: z.array(z.object({ reason: z.enum(UNGRADABLE_REASONS), photographs: count })),
  }),
  referred: z.object({ exams: count, urgent: count, share }),
  /** Readings that were finished in this month: hours from the machine's result to the last verdict. */
  turnaround: z.object({
    exams: count,
    medianHours: z.number().nonnegative().nullable(),
    p90Hours: z.number().nonnegative().nullable(),
    late: count,
  }),
  /** Of these: what holds after review with the machine's outcome. */
  agreement: z.object({ exams: count, observed: share, kappa: z.number().nullable() }),
  /** There was more than one answer looks at: these figures are of a part of the month. */
  truncated: z.boolean(),
  notice: z.string(),
});
export type MonthReport = Readonly<z.infer<typeof monthReportSchema>>;

/** The instants between which a month lies, the second excluded. @example monthRange('2026-12').until // '2027-01-01T00:00:00.000Z' */
export function monthRange(month: string): { readonly since: string; readonly until: string } {
  const since = new Date(`${month}-01T00:00:00.000Z`);
  const until = new Date(since);
  until.setUTCMonth(until.getUTCMonth() + 1);
  return { since: since.toISOString(), until: until.toISOString() };
}

const shareOf = (part: number, whole: number) => (whole === 0 ? null : part / whole);
const HOUR_MILLISECONDS = 3_600_000;

/** The smallest of some sorted values that so large a share does not exceed. */
function quantile(sorted: readonly number[], of: number): number | null {
  return sorted[Math.ceil(of * sorted.length) - 1] ?? null;
}

/** What is counted of a reading that was finished. */
export interface FinishedReading {
  readonly state: ReviewState;
  readonly screenedAt: string;
}

/**
 * A program's month.
 *
 * @param facts of the exams screened in it
 * @param readings those finished in it
 */
export function monthReport(
  about: Pick<MonthReport, 'program' | 'month' | 'truncated'> & { readonly invited: number | null },
  facts: Iterable<ExamFacts>,
  readings: readonly FinishedReading[],
): MonthReport {
  const patients = new Set<string>();
  const outcomes = new Map(OUTCOMES.map((outcome) => [outcome, 0]));
  const reasons = new Map<(typeof UNGRADABLE_REASONS)[number], number>();
  let exams = 0;
  for (const { patient, listing, ungradable } of facts) {
    const outcome = outcomeSchema.safeParse(listing).data;
    if (outcome === undefined) continue;
    exams += 1;
    patients.add(patient);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    for (const reason of ungradable) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const of = (outcome: (typeof OUTCOMES)[number]) => outcomes.get(outcome) ?? 0;
  const referred = of('refer') + of('refer-urgent');
  const ends = readings.map(({ state, screenedAt }) => ({ state, screenedAt, end: lastOf(state) }));
  const hours = ends
    .map(({ screenedAt, end }) => (Date.parse(end) - Date.parse(screenedAt)) / HOUR_MILLISECONDS)
    .sort((a, b) => a - b);
  const pairs = readings.flatMap(({ state }) => {
    const machine = state.reviews[0]?.machine.outcome;
    return machine === undefined || state.outcome === null ? [] : [[machine, state.outcome] as const];
  });
  const { program, month, truncated, invited } = about;
  return {
    ...{ program, month, exams, truncated },
    uptake: {
      patients: patients.size,
      invited,
      share: invited === null ? null : shareOf(patients.size, invited),
    },
    ungradable: {
      exams: of('ungradable'),
      share: shareOf(of('ungradable'), exams),
      reasons: [...reasons]
        .map(([reason, photographs]) => ({ reason, photographs }))
        .sort((a, b) => b.photographs - a.photographs || (a.reason < b.reason ? -1 : 1)),
    },
    referred: { exams: referred, urgent: of('refer-urgent'), share: shareOf(referred, exams) },
    turnaround: {
      exams: readings.length,
      medianHours: quantile(hours, 0.5),
      p90Hours: quantile(hours, 0.9),
      late: ends.filter(({ state, end }) => end > state.dueAt).length,
    },
    agreement: agreementOf(pairs),
    notice: 'Research use only: not for diagnosis.',
  };
}

function lastOf({ reviews, since }: ReviewState): string {
  return reviews.map(({ at }) => at).reduce((last, at) => (at > last ? at : last), since);
}
