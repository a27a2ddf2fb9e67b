import { z } from 'zod';
import { InvalidInputError, ObjectNotFoundError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

const LENGTH_BYTES = 8;
/** Of a batch of a hundred exams the header is as long. */
const READ_FIRST = 16 * 1_024;
const LONGEST_HEADER = 16 * 1_024 * 1_024;

const headerSchema = z.looseObject({
  __metadata__: z.record(z.string(), z.string()).optional(),
  present: z.object({ shape: z.tuple([z.number().int().nonnegative(), z.literal(2)]) }),
});

/** Requests whose exams are a shard's rows, in their order. */
export type RequestsOfRows = readonly string[];

function headerLength(begin: Uint8Array): number {
  if (begin.length < LENGTH_BYTES) return Number.NaN;
  return Number(new DataView(begin.buffer, begin.byteOffset, begin.byteLength).getBigUint64(0, true));
}

async function headerOf(store: Pick<ObjectStore, 'get' | 'head'>, key: string): Promise<unknown> {
  const object = await store.head(key);
  if (object === undefined) throw new ObjectNotFoundError(key);
  if (object.bytes < LENGTH_BYTES) throw new InvalidInputError(`Feature shard "${key}" is cut.`);
  const read = async (length: number) => {
    const range = { start: 0, end: Math.min(length, object.bytes) - 1 };
    return (await store.get(key, { range })).content;
  };
  let begin = await read(READ_FIRST);
  const length = headerLength(begin);
  if (!(length <= LONGEST_HEADER)) throw new InvalidInputError(`Feature shard "${key}" has no header.`);
  if (LENGTH_BYTES + length > begin.length) begin = await read(LENGTH_BYTES + length);
  try {
    return JSON.parse(Buffer.from(begin.subarray(LENGTH_BYTES, LENGTH_BYTES + length)).toString());
  } catch (cause) {
    throw new InvalidInputError(`Feature shard "${key}" has a damaged header.`, { cause });
  }
}

/**
 * Tells which request each row of a shard answers, by its header alone.
 *
 * @throws InvalidInputError if the shard is damaged, ObjectNotFoundError if it is gone
 * @see https://docs.rs/safetensors
 */
export async function requestsOfRows(
  store: Pick<ObjectStore, 'get' | 'head'>,
  key: string,
): Promise<RequestsOfRows> {
  const parsed = headerSchema.safeParse(await headerOf(store, key));
  const requests = parsed.data?.__metadata__?.requests?.split(' ');
  if (requests === undefined || requests.length !== parsed.data?.present.shape[0]) {
    throw new InvalidInputError(`Feature shard "${key}" does not say which requests its rows answer.`);
  }
  return requests;
}
