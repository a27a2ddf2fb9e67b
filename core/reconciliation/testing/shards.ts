import type { ObjectStore } from '../../ports/index.ts';
import { decodeSafetensors, encodeSafetensors } from '../../tensors/safetensors.ts';

/** A value of the row that no other row has. */
export function rowValue(row: number): number {
  return 10 * (row + 1) + 1;
}

/** Stores a shard as a worker does: two channels, the left and right of a row never alike. */
export async function putShard(
  store: ObjectStore,
  key: string,
  requestIds: readonly string[],
): Promise<void> {
  const rows = requestIds.length;
  const matrix = (shift: number) => ({
    data: Float32Array.from({ length: 2 * rows }, (_, at) => rowValue(Math.floor(at / 2)) + shift + (at % 2)),
    shape: [rows, 2],
  });
  const content = encodeSafetensors(
    {
      ...{ left_visual: matrix(0.1), right_visual: matrix(0.2), left: matrix(0.3), right: matrix(0.4) },
      patient: matrix(0),
      present: { data: new Uint8Array(2 * rows).fill(1), shape: [rows, 2] },
    },
    { model: 'm1', preprocessing: 'squash-bicubic-v1', requests: requestIds.join(' ') },
  );
  await store.put(key, content);
}

/** Rows of a shard that still hold numbers. */
export async function rowsLeft(store: ObjectStore, key: string): Promise<number[]> {
  const { content } = await store.get(key);
  const patient = decodeSafetensors(content).tensors.get('patient');
  const data = patient?.data as Float32Array;
  return Array.from({ length: data.length / 2 }, (_, row) => row).filter(
    (row) => data[2 * row] === rowValue(row),
  );
}
