import { DamagedShardError, InvalidInputError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import {
  headerLength,
  LENGTH_BYTES,
  MalformedTensorsError,
  parseTensorsHeader,
  type TensorsHeader,
} from '../tensors/safetensors-header.ts';
import { PRESENT_TENSOR } from './feature-tensors.ts';

/** The header of a batch of a hundred exams is as long. */
const FIRST_BYTES = 16 * 1_024;

async function headerOf(store: Pick<ObjectStore, 'get'>, shard: string): Promise<TensorsHeader> {
  const first = (bytes: number) => store.get(shard, { range: { start: 0, end: bytes - 1 } });
  try {
    const { object, content } = await first(FIRST_BYTES);
    const end = LENGTH_BYTES + headerLength(content, object.bytes);
    const whole = end <= content.length ? content : (await first(end)).content;
    return parseTensorsHeader(whole.subarray(LENGTH_BYTES, end), null);
  } catch (error) {
    if (error instanceof MalformedTensorsError)
      throw new DamagedShardError(shard, error.message, { cause: error });
    // An empty object has no range.
    if (error instanceof InvalidInputError)
      throw new DamagedShardError(shard, 'it is empty', { cause: error });
    throw error;
  }
}

/**
 * The request that each row of a shard answers, by the shard's header alone.
 *
 * @throws DamagedShardError if it does not say; ObjectNotFoundError if it is missing
 */
export async function requestsOfShard(
  store: Pick<ObjectStore, 'get'>,
  shard: string,
): Promise<readonly string[]> {
  const { tensors, metadata } = await headerOf(store, shard);
  const requests = metadata.requests?.split(' ');
  if (requests === undefined || requests.length !== tensors.get(PRESENT_TENSOR)?.shape[0])
    throw new DamagedShardError(shard, 'it does not say which requests its rows answer');
  return requests;
}
