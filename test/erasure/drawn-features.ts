import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { FeaturesReference } from '../../core/exams/exam-result.ts';
import type { FeatureStore } from '../../core/ports/index.ts';
import { MODEL } from '../../core/testing/records.ts';

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
  store: Pick<FeatureStore, 'put'>,
  rows: readonly { readonly exam: ExamKey; readonly requestId: string; readonly seed: number }[],
): Promise<readonly FeaturesReference[]> {
  const drawn = rows.map(({ seed }) => drawnRow(seed));
  const matrix = (tensor: number) => {
    const numbers = drawn.flatMap((row) => [...(row[tensor] ?? [])]);
    return Float32Array.from(numbers);
  };
  return store.put({
    ...{ model: MODEL.model, preprocessing: MODEL.preprocessing },
    exams: rows.map(({ exam, requestId }) => ({ exam, requestId, eyes: { left: true, right: true } })),
    matrices: {
      leftVisual: matrix(0),
      rightVisual: matrix(1),
      left: matrix(2),
      right: matrix(3),
      patient: matrix(4),
    },
  });
}
