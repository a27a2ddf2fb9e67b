import { headerOfFile, MalformedTensorsError } from '../tensors/safetensors-header.ts';

/**
 * Writes zeros over one exam's row in every tensor of a shard of features. The other rows stay where they are, so that
 * what refers to them stays true.
 *
 * @param shard a safetensors file whose tensors' first dimension counts exams
 * @returns the changed copy, or `null` if the row is all zeros already
 * @throws MalformedTensorsError if the shard is damaged or has no such row
 */
export function eraseRow(shard: Uint8Array, row: number): Uint8Array | null {
  const { tensors, dataFrom } = headerOfFile(shard);
  const copy = Uint8Array.from(shard);
  let changed = false;
  for (const { name, shape, begin, end } of tensors.values()) {
    const [rows = 0] = shape;
    if (row >= rows) throw new MalformedTensorsError(`tensor "${name}" has no row ${row}`);
    const bytes = (end - begin) / rows;
    const place = copy.subarray(dataFrom + begin + row * bytes, dataFrom + begin + (row + 1) * bytes);
    changed ||= place.some((byte) => byte !== 0);
    place.fill(0);
  }
  return changed ? copy : null;
}
