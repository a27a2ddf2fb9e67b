import { createHash } from 'node:crypto';
import type { ExamKey } from '../../core/exams/exam-key.ts';

/**
 * How many partitions of an index each part of a program is spread over. DynamoDB takes 1,000 write units a second of one,
 * and the exams of a burst or of a job come under one listing within minutes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
export const PARTITIONS = 8;

/**
 * The partition of an index that an exam lies in, by its name: reads of a part merge all of them.
 *
 * @param part `registered`, `screening` or an outcome; of the work list, stage # outcome
 * @example listingPartition('screening', exam) // 'screening#5'
 */
export function listingPartition(part: string, { patient, exam }: ExamKey): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([patient, exam]))
    .digest();
  return `${part}#${digest.readUInt32BE() % PARTITIONS}`;
}

/**
 * Every partition that exams of a part may lie in. The one without a number is of before they were spread: an exam leaves it
 * when it is next written.
 */
export function partitionsOf(part: string): readonly string[] {
  return [part, ...Array.from({ length: PARTITIONS }, (_, number) => `${part}#${number}`)];
}
