import { z } from 'zod';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { examRecordOf } from '../../core/exams/read-record.ts';
import { type ExamIndex, type IndexEntry, indexEntry, indexOf } from '../../core/lists/exam-index.ts';
import { UnexpectedAnswerError } from '../errors.ts';
import { listingPartition } from './listing-partitions.ts';
import { TABLE_SCHEMA } from './schema.ts';

export function partitionOf(program: string, patient: string): string {
  return `${program}#${patient}`;
}

export function indexPartition(program: string, part: string): string {
  return `${program}#${part}`;
}

/** The item's attributes. */
export function itemOf(record: ExamRecord): Record<string, string | number> {
  const { listing, workList, facts } = indexOf(record);
  return {
    pk: partitionOf(record.program, record.patient),
    sk: record.exam,
    revision: record.revision,
    ...(record.erasure === undefined ? {} : { erasure: record.erasure }),
    record: JSON.stringify(record),
    facts,
    listing: indexPartition(record.program, listingPartition(listing.part, record)),
    listedAt: listing.sort,
    ...(workList === null
      ? {}
      : {
          workList: indexPartition(record.program, listingPartition(workList.part, record)),
          dueAt: workList.sort,
        }),
  };
}

const itemSchema = z.object({ pk: z.string(), sk: z.string(), revision: z.number(), record: z.string() });

function isRecordOf(item: z.infer<typeof itemSchema>, record: ExamRecord): boolean {
  return (
    `${record.program}#${record.patient}` === item.pk &&
    record.exam === item.sk &&
    record.revision === item.revision
  );
}

/**
 * Reads an exam's item, of any form that was ever written, once it proves to be this exam's at this revision.
 *
 * @throws UnexpectedAnswerError naming the exam if the item does not hold one
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
  const record = examRecordOf(content);
  if (record !== null && isRecordOf(parsed.data, record)) return record;
  throw new UnexpectedAnswerError(
    `The item of exam ${parsed.data.pk}#${parsed.data.sk} is damaged. Restore the table to a point in time before.`,
  );
}

/**
 * Reads an item of an index.
 *
 * @param part of the index that was asked for
 * @throws UnexpectedAnswerError if the item lacks an attribute
 */
export function entryOf(index: ExamIndex, part: string, item: Record<string, unknown>): IndexEntry {
  const { sortKey } = TABLE_SCHEMA.indexes[index];
  const [sort, facts] = [item[sortKey], item.facts];
  if (typeof sort !== 'string' || typeof facts !== 'string') {
    throw new UnexpectedAnswerError(`An item of index ${TABLE_SCHEMA.indexes[index].name} is no exam.`);
  }
  return indexEntry(part, sort, facts);
}

export function keyOf({ program, patient, exam }: ExamKey): { readonly pk: string; readonly sk: string } {
  return { pk: partitionOf(program, patient), sk: exam };
}

/** Where a patient's tombstone lies. @param hash keyed, of program and patient */
export function tombstoneKey(hash: string): { readonly pk: string; readonly sk: string } {
  return { pk: `#erased#${hash}`, sk: 'tombstone' };
}
