import type { ExamRecord } from './exam-record.ts';
import { finalOf } from './final.ts';
import { OUTCOMES } from './outcome.ts';

/** What an exam is listed under: its outcome once it is screened, what it waits for until then. */
export const EXAM_LISTINGS = ['registered', 'screening', ...OUTCOMES] as const;
export type ExamListing = (typeof EXAM_LISTINGS)[number];

/**
 * Screened exams are listed by what holds of them now, which readers may have changed. Those that wait keep their place
 * until they are answered, however often they are written.
 *
 * @returns the listing of a record, and the instant (ISO 8601, UTC) by which it is sorted there
 */
export function listingOf(record: ExamRecord): { readonly listing: ExamListing; readonly at: string } {
  const final = record.status === 'screened' ? finalOf(record) : null;
  if (final !== null && record.result !== null)
    return { listing: final.outcome, at: record.result.screenedAt };
  return { listing: record.status === 'registered' ? 'registered' : 'screening', at: record.createdAt };
}
