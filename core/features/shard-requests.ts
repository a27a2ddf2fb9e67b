import { z } from 'zod';
import { ObjectNotFoundError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

const LENGTH_BYTES = 8;
/** The header of a full batch of 64 exams has 3 kB. */
const FIRST_BYTES = 16 * 1_024;
/** A header that says it is longer is none. */
const MOST_BYTES = 1_024 * 1_024;

const headerSchema = z.object({ __metadata__: z.object({ requests: z.string() }) });

async function firstBytes(store: Pick<ObjectStore, 'get'>, key: string, bytes: number): Promise<Buffer> {
  return Buffer.from((await store.get(key, { range: { start: 0, end: bytes - 1 } })).content);
}

/**
 * Reads which requests the rows of a shard answer, from its header alone.
 *
 * @returns ids of requests in the order of the rows; none if the shard is gone, or does not say
 * @see https://huggingface.co/docs/safetensors
 */
export async function requestsOfShard(
  store: Pick<ObjectStore, 'get'>,
  key: string,
): Promise<readonly string[]> {
  try {
    const first = await firstBytes(store, key, FIRST_BYTES);
    if (first.length < LENGTH_BYTES) return [];
    const length = Number(first.readBigUInt64LE());
    if (length > MOST_BYTES) return [];
    const end = LENGTH_BYTES + length;
    const bytes = end <= first.length ? first : await firstBytes(store, key, end);
    const header = headerSchema.safeParse(JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end)));
    return header.success ? header.data.__metadata__.requests.split(' ') : [];
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return [];
    throw error;
  }
}
