import { createHash } from 'node:crypto';
import type { ExamKey } from '../../core/exams/exam-key.ts';

/** Listings that every exam of a burst is written under within minutes: one partition would be too slow for them. */
const SPREAD: ReadonlySet<string> = new Set(['registered', 'screening']);
const PARTITIONS = 8;

/**
 * The partition of the index that an exam's listing lies in.
 *
 * @param part `registered`, `screening` or an outcome
 * @example listingPartition('screening', exam) // 'screening#5'
 */
export function listingPartition(part: string, { patient, exam }: ExamKey): string {
  if (!SPREAD.has(part)) return part;
  const digest = createHash('sha256')
    .update(JSON.stringify([patient, exam]))
    .digest();
  return `${part}#${digest.readUInt32BE() % PARTITIONS}`;
}

/** Every partition that exams of a listing may lie in: the one without a number is of before they were spread. */
export function partitionsOf(part: string): readonly string[] {
  if (!SPREAD.has(part)) return [part];
  return [part, ...Array.from({ length: PARTITIONS }, (_, number) => `${part}#${number}`)];
}
