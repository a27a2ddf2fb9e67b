import { readStoredJson } from '../../documents/stored-json.ts';
import { ObjectNotFoundError } from '../../errors.ts';
import type { ShardRescored } from '../../messages/shard-rescored.ts';
import { eraseObject } from '../../objects/erase-objects.ts';
import type { Home } from '../../ports/index.ts';
import type { Configuration } from '../../programs/configuration.ts';
import { shardProgressKey, shardResultsKey } from '../job-keys.ts';
import { readReceipt, storeReceipt } from '../receipts.ts';
import { shardResultsSchema } from '../rescore-results.ts';
import { applyShard } from './apply-shard.ts';
import { receiptOfParts } from './receipt-of-parts.ts';
import { partsOf, readProgress, type SettledPart, storeProgress } from './shard-progress.ts';

/** About half a second of a processor's time, and so what a function that is ended does again. */
const EXAMS_PER_PART = 250;

/**
 * Writes the results of a re-scored shard to its exams and announces them, part by part. What is done of it is noted
 * after each part, so that a delivery that ends half way is followed by one that goes on from there:
 *
 * ```
 * for each part without a note: exams ─▶ events ─▶ note      then: receipt ─▶ results and notes erased
 * ```
 *
 * The receipt is written last, so that it says what is so.
 *
 * @param examsPerPart on average
 * @returns how many exams have a new answer by this delivery, or `null` if the shard has its receipt already
 * @throws ObjectNotFoundError if its results are not stored
 */
export async function settleShard(
  home: Pick<Home, 'objects' | 'exams' | 'events'>,
  configuration: Configuration,
  message: ShardRescored,
  now: () => Date,
  examsPerPart = EXAMS_PER_PART,
): Promise<number | null> {
  if ((await readReceipt(home.objects, message, message.shard)) !== undefined) return null;
  const key = shardResultsKey(message, message.shard);
  const results = await readStoredJson(home.objects, key, shardResultsSchema);
  if (results === undefined) throw new ObjectNotFoundError(key);
  const settings = await configuration.settings(message.program);
  const parts = partsOf(results, examsPerPart);
  const settled: SettledPart[] = [...(await readProgress(home.objects, results, parts.length))];
  const done = new Set(settled.map(({ part }) => part));
  let answered = 0;
  for (const [part, exams] of parts.entries()) {
    if (done.has(part)) continue;
    const { receipt, events, applied } = await applyShard(
      home,
      { ...results, exams: [...exams], failed: [] },
      settings,
      now,
    );
    await home.events.publish(events);
    settled.push({ part, exams: exams.length, receipt });
    answered += applied;
    // The last part's note would be read by nothing: the receipt follows.
    if (settled.length < parts.length) await storeProgress(home.objects, results, parts.length, settled);
  }
  const lines = parts.map(({ length }) => length);
  await storeReceipt(home.objects, message, receiptOfParts(results, lines, settled));
  // They are in the exams now; here they would only be one more copy of what was found of each patient.
  await eraseObject(home.objects, key);
  if (parts.length > 1) await eraseObject(home.objects, shardProgressKey(message, message.shard));
  return answered;
}
