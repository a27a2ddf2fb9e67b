import { z } from 'zod';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { type ExamListing, type ExamRecord, listingOf } from '../../core/exams/exam-record.ts';
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

const itemSchema = z.object({ pk: z.string(), sk: z.string(), revision: z.number(), record: z.string() });

function isRecordOf(item: z.infer<typeof itemSchema>, content: unknown): content is ExamRecord {
  if (typeof content !== 'object' || content === null) return false;
  const record: Partial<Record<keyof ExamRecord, unknown>> = content;
  return (
    record.schema === 'exam/1' &&
    `${record.program}#${record.patient}` === item.pk &&
    record.exam === item.sk &&
    record.revision === item.revision
  );
}

/**
 * Reads an exam's item. Only `save` writes items, so its JSON is trusted once it proves to be this exam's at this
 * revision: a full validation would cost more than the read.
 *
 * @throws UnexpectedAnswerError naming the exam if the item is no exam's
 */
export function recordOf(item: unknown): ExamRecord {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) throw new UnexpectedAnswerError('An item of the exam table is no exam.');
  let content: unknown;
  try {
    content = JSON.parse(parsed.data.record);
  } catch {
    content = undefined;
  }
  if (isRecordOf(parsed.data, content)) return content;
  throw new UnexpectedAnswerError(
    `The item of exam ${parsed.data.pk}#${parsed.data.sk} is damaged. Restore the table to a point in time before.`,
  );
}

export function keyOf({ program, patient, exam }: ExamKey): { readonly pk: string; readonly sk: string } {
  return { pk: partitionOf(program, patient), sk: exam };
}
