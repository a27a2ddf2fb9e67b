import { z } from 'zod';
import { WorkerError } from '../errors.ts';

/** A matrix of a shard. Rows are exams. */
export interface ShardTensor {
  readonly data: Float32Array | Uint8Array;
  readonly shape: readonly number[];
}

const offset = z.number().int().nonnegative();
const metadataSchema = z.record(z.string(), z.string());
const headerSchema = z.object({ __metadata__: metadataSchema.default({}) }).catchall(
  z.object({
    dtype: z.enum(['F32', 'U8']),
    shape: z.array(offset),
    data_offsets: z.tuple([offset, offset]),
  }),
);

function bytesOf(data: Float32Array | Uint8Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Encodes named tensors and texts as a safetensors file.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, ShardTensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  // Wider elements first keep every tensor aligned.
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  for (const [name, { data, shape }] of entries) {
    const end = offset + data.byteLength;
    header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'U8', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ');
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...entries.map(([, { data }]) => bytesOf(data))]);
}

/** What a safetensors file holds. */
export interface DecodedShard {
  readonly tensors: ReadonlyMap<string, ShardTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a shard that {@link encodeSafetensors} wrote.
 *
 * @throws WorkerError if it is cut or damaged
 */
export function decodeSafetensors(file: Uint8Array, name: string): DecodedShard {
  const damaged = (what: string) =>
    new WorkerError(`Feature shard "${name}" is damaged: ${what}. Screen its exams again.`);
  if (file.byteLength < 8) throw damaged('it is cut');
  // A copy begins at an aligned address.
  const bytes = Uint8Array.from(file);
  const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  if (headerEnd > bytes.length) throw damaged('its header is cut');
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(bytes.subarray(8, headerEnd)).toString('utf8'));
  } catch {
    throw damaged('its header is unreadable');
  }
  const parsed = headerSchema.safeParse(content);
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error));
  const { __metadata__: metadata, ...entries } = parsed.data;
  const tensors = new Map<string, ShardTensor>();
  for (const [key, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    const [begin, end] = offsets;
    if (headerEnd + end > bytes.length || begin > end) throw damaged(`tensor "${key}" is cut`);
    const width = dtype === 'F32' ? 4 : 1;
    if (end - begin !== width * shape.reduce((product, length) => product * length, 1)) {
      throw damaged(`tensor "${key}" has ${end - begin} bytes, which is not what its shape needs`);
    }
    const part = bytes.slice(headerEnd + begin, headerEnd + end);
    tensors.set(key, { shape, data: dtype === 'F32' ? new Float32Array(part.buffer) : part });
  }
  return { tensors, metadata };
}
