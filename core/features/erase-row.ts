import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';

const HEADER_LENGTH_BYTES = 8;
const tensorSchema = z.object({
  shape: z.array(z.number().int().nonnegative()).min(1),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

function headerOf(shard: Uint8Array): { readonly tensors: unknown; readonly dataFrom: number } {
  const view = new DataView(shard.buffer, shard.byteOffset, shard.byteLength);
  try {
    const length = Number(view.getBigUint64(0, true));
    const dataFrom = HEADER_LENGTH_BYTES + length;
    const header = JSON.parse(Buffer.from(shard.subarray(HEADER_LENGTH_BYTES, dataFrom)).toString());
    const { __metadata__: _, ...tensors } = header;
    return { tensors, dataFrom };
  } catch (cause) {
    throw new ConfigurationError('A shard of features is damaged: it has no safetensors header.', { cause });
  }
}

/**
 * Writes zeros over one exam's row in every tensor of a shard of features. The other rows stay where they are, so that
 * what refers to them stays true.
 *
 * @param shard a safetensors file whose tensors' first dimension counts exams
 * @returns the changed copy, or `null` if the row is all zeros already
 * @throws ConfigurationError if the shard is damaged or has no such row
 * @see https://huggingface.co/docs/safetensors
 */
export function eraseRow(shard: Uint8Array, row: number): Uint8Array | null {
  const { tensors, dataFrom } = headerOf(shard);
  const parsed = z.record(z.string(), tensorSchema).safeParse(tensors);
  if (!parsed.success)
    throw new ConfigurationError('A shard of features is damaged: its header is no header.');
  const copy = Uint8Array.from(shard);
  let changed = false;
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(parsed.data)) {
    const [rows = 0] = shape;
    const [begin, end] = offsets;
    if (row >= rows || end < begin || dataFrom + end > copy.length) {
      throw new ConfigurationError(`A shard of features is damaged: tensor "${name}" has no row ${row}.`);
    }
    const bytes = (end - begin) / rows;
    const place = copy.subarray(dataFrom + begin + row * bytes, dataFrom + begin + (row + 1) * bytes);
    changed ||= place.some((byte) => byte !== 0);
    place.fill(0);
  }
  return changed ? copy : null;
}
