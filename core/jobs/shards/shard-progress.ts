import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readStoredJson } from '../../documents/stored-json.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import type { ObjectStore } from '../../ports/index.ts';
import { shardProgressKey } from '../job-keys.ts';
import type { ShardResults } from '../rescore-results.ts';
import { shardReceiptSchema } from '../shard-receipt.ts';

const count = z.number().int().nonnegative();

/** What became of one part of a shard. It names no exam, so that an erasure finds nothing in it. */
const settledPartSchema = z.object({
  /** From 0. */
  part: count,
  /** Exams that its results spoke of when they were written. */
  exams: count,
  receipt: shardReceiptSchema,
});
export type SettledPart = Readonly<z.infer<typeof settledPartSchema>>;

/** Which parts of a re-scored shard are written to their exams and announced, while the shard has no receipt. */
export const shardProgressSchema = z.object({
  schema: z.literal('shard-progress/1'),
  /** Of the results: those of a shard that was scored again start over. */
  rescoredAt: z.iso.datetime(),
  /** How many parts the shard has. */
  parts: count,
  settled: z.array(settledPartSchema),
});
export type ShardProgress = Readonly<z.infer<typeof shardProgressSchema>>;

type Line = ShardResults['exams'][number];

/**
 * Which part of a shard an exam belongs to, by its name alone: an erasure takes lines out of the results, and a place in
 * the list would then be another exam's.
 */
function partOf({ patient, exam }: Pick<ExamKey, 'patient' | 'exam'>, parts: number): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([patient, exam]))
    .digest();
  return digest.readUInt32BE() % parts;
}

/**
 * The exams of a shard, part by part.
 *
 * @param examsPerPart on average
 */
export function partsOf({ exams, failed }: ShardResults, examsPerPart: number): readonly (readonly Line[])[] {
  // An erasure moves an exam from the one list to the other, so that their sum stays.
  const parts = Math.max(1, Math.ceil((exams.length + failed.length) / examsPerPart));
  const lines = Array.from({ length: parts }, (): Line[] => []);
  for (const line of exams) lines[partOf(line, parts)]?.push(line);
  return lines;
}

/** @returns the parts that need not be written again */
export async function readProgress(
  store: Pick<ObjectStore, 'get'>,
  results: ShardResults,
  parts: number,
): Promise<readonly SettledPart[]> {
  const found = await readStoredJson(store, shardProgressKey(results, results.shard), shardProgressSchema);
  return found?.rescoredAt === results.rescoredAt && found.parts === parts ? found.settled : [];
}

/** Of two deliveries at once the one that comes later counts: at worst a part is written twice, which changes nothing. */
export async function storeProgress(
  store: Pick<ObjectStore, 'put'>,
  results: ShardResults,
  parts: number,
  settled: readonly SettledPart[],
): Promise<void> {
  const { rescoredAt } = results;
  const progress: ShardProgress = { schema: 'shard-progress/1', rescoredAt, parts, settled: [...settled] };
  await store.put(shardProgressKey(results, results.shard), Buffer.from(JSON.stringify(progress)), {
    contentType: 'application/json',
  });
}
