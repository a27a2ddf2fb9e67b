import { readStoredJson } from '../../documents/stored-json.ts';
import { ObjectNotFoundError } from '../../errors.ts';
import type { ShardRescored } from '../../messages/shard-rescored.ts';
import { eraseObject } from '../../objects/erase-objects.ts';
import type { Home } from '../../ports/index.ts';
import type { Configuration } from '../../programs/configuration.ts';
import { shardResultsKey } from '../job-keys.ts';
import { readReceipt, storeReceipt } from '../receipts.ts';
import { shardResultsSchema } from '../rescore-results.ts';
import { applyShard } from './apply-shard.ts';

/**
 * Writes the results of a re-scored shard to its exams and announces them. The receipt is written last, so that it says
 * what is so.
 *
 * @returns how many exams have a new answer, or `null` if the shard has its receipt already
 * @throws ObjectNotFoundError if its results are not stored
 */
export async function settleShard(
  home: Pick<Home, 'objects' | 'exams' | 'events'>,
  configuration: Configuration,
  message: ShardRescored,
  now: () => Date,
): Promise<number | null> {
  if ((await readReceipt(home.objects, message, message.shard)) !== undefined) return null;
  const key = shardResultsKey(message, message.shard);
  const results = await readStoredJson(home.objects, key, shardResultsSchema);
  if (results === undefined) throw new ObjectNotFoundError(key);
  const settings = await configuration.settings(message.program);
  const { receipt, events, applied } = await applyShard(home, results, settings, now);
  await home.events.publish(events);
  await storeReceipt(home.objects, message, receipt);
  // They are in the exams now; here they would only be one more copy of what was found of each patient.
  await eraseObject(home.objects, key);
  return applied;
}
