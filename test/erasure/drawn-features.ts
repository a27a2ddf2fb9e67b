import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { FeaturesReference } from '../../core/exams/exam-result.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { MODEL } from '../../core/testing/records.ts';
import { storeShard } from '../../gpu-worker/features/feature-shard.ts';

const CHANNELS = 16;

/** Numbers of a row that no other row has. Those of left and right differ. */
export function drawnRow(seed: number): Float32Array[] {
  return [1, 2, 3, 4, 5].map((tensor) =>
    Float32Array.from({ length: CHANNELS }, (_, index) =>
      Math.fround(Math.sin(seed * 97 + tensor * 13 + index)),
    ),
  );
}

/** Stores a shard as a worker does: rows are listed, then stored. */
export async function storeRows(
  store: ObjectStore,
  rows: readonly { readonly exam: ExamKey; readonly requestId: string; readonly seed: number }[],
): Promise<FeaturesReference[]> {
  const drawn = rows.map(({ seed }) => drawnRow(seed));
  const matrix = (tensor: number) => {
    const numbers = drawn.flatMap((row) => [...(row[tensor] ?? [])]);
    return Float32Array.from(numbers);
  };
  const shard = await storeShard(
    store,
    {
      leftVisual: matrix(0),
      rightVisual: matrix(1),
      left: matrix(2),
      right: matrix(3),
      patient: matrix(4),
    },
    rows.map((_, row) => ({ left: 2 * row, right: 2 * row + 1 })),
    { model: MODEL.model, preprocessing: MODEL.preprocessing, rows },
  );
  return rows.map((_, row) => ({ shard, row }));
}
