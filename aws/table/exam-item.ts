import { z } from 'zod';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import {
  type ExamListing,
  type ExamRecord,
  examRecordSchema,
  listingOf,
} from '../../core/exams/exam-record.ts';
import { UnexpectedAnswerError } from '../errors.ts';

/** No identifier holds it, and it sorts before all that they hold. */
const SEPARATOR = '\u0000';

export function partitionOf(program: string, patient: string): string {
  return `${program}#${patient}`;
}

export function listingPartition(program: string, listing: ExamListing): string {
  return `${program}#${listing}`;
}

/** An instant in the one form that sorts as text. */
export function sortableInstant(at: string): string {
  return new Date(at).toISOString();
}

/** The item's attributes. */
export function itemOf(record: ExamRecord): Record<string, string | number> {
  const { listing, at } = listingOf(record);
  return {
    pk: partitionOf(record.program, record.patient),
    sk: record.exam,
    revision: record.revision,
    record: JSON.stringify(record),
    listing: listingPartition(record.program, listing),
    listedAt: [sortableInstant(at), record.patient, record.exam].join(SEPARATOR),
  };
}

const itemSchema = z.object({ pk: z.string(), sk: z.string(), record: z.string() });

/** @throws UnexpectedAnswerError naming the exam if the item is no exam's */
export function recordOf(item: unknown): ExamRecord {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) throw new UnexpectedAnswerError('An item of the exam table is no exam.');
  const record = examRecordSchema.safeParse(JSON.parse(parsed.data.record));
  if (!record.success) {
    throw new UnexpectedAnswerError(
      `The item of exam ${parsed.data.pk}#${parsed.data.sk} is damaged: ${z.prettifyError(record.error)}`,
    );
  }
  return record.data;
}

export function keyOf({ program, patient, exam }: ExamKey): { readonly pk: string; readonly sk: string } {
  return { pk: partitionOf(program, patient), sk: exam };
}
