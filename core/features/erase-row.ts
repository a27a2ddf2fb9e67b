import { ConfigurationError } from '../errors.ts';
import {
  headerLength,
  LENGTH_BYTES,
  MalformedTensorsError,
  parseTensorsHeader,
  type TensorPlace,
} from '../tensors/safetensors-header.ts';

interface ShardHeader {
  readonly tensors: Iterable<TensorPlace>;
  readonly dataFrom: number;
}

function headerOf(shard: Uint8Array): ShardHeader {
  try {
    const dataFrom = LENGTH_BYTES + headerLength(shard, shard.byteLength);
    const header = parseTensorsHeader(shard.subarray(LENGTH_BYTES, dataFrom), shard.byteLength - dataFrom);
    return { tensors: header.tensors.values(), dataFrom };
  } catch (error) {
    if (!(error instanceof MalformedTensorsError)) throw error;
    throw new ConfigurationError(`A shard of features is damaged: ${error.message}.`, { cause: error });
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
  const copy = Uint8Array.from(shard);
  let changed = false;
  for (const { name, shape, begin, end } of tensors) {
    const [rows = 0] = shape;
    if (row >= rows) {
      throw new ConfigurationError(`A shard of features is damaged: tensor "${name}" has no row ${row}.`);
    }
    const bytes = (end - begin) / rows;
    const place = copy.subarray(dataFrom + begin + row * bytes, dataFrom + begin + (row + 1) * bytes);
    changed ||= place.some((byte) => byte !== 0);
    place.fill(0);
  }
  return changed ? copy : null;
}
