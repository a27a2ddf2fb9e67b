import type { BatchedExam, FeatureBatch, FeatureStore } from '../../ports/index.ts';

/** A value of the row that no other row has. */
function rowValue(row: number): number {
  return 10 * (row + 1) + 1;
}

type Asked = Pick<BatchedExam, 'exam' | 'requestId'>;

/** What a worker stores: two channels, the left and right of a row never alike. */
export function batchOf(requests: readonly Asked[]): FeatureBatch {
  const matrix = (shift: number) =>
    Float32Array.from(
      { length: 2 * requests.length },
      (_, at) => rowValue(Math.floor(at / 2)) + shift + (at % 2),
    );
  return {
    ...{ model: 'm1', preprocessing: 'squash-bicubic-v1' },
    exams: requests.map(({ exam, requestId }) => ({ exam, requestId, eyes: { left: true, right: true } })),
    matrices: {
      ...{ leftVisual: matrix(0.1), rightVisual: matrix(0.2), left: matrix(0.3), right: matrix(0.4) },
      patient: matrix(0),
    },
  };
}

/** Stores a shard as a worker does. @returns its name */
export async function putShard(features: FeatureStore, requests: readonly Asked[]): Promise<string> {
  const [first] = await features.put(batchOf(requests));
  if (first === undefined) throw new Error('Expected at least one request.');
  return first.shard;
}

/** Rows of a shard that still hold their numbers. */
export async function rowsLeft(features: FeatureStore, shard: string): Promise<number[]> {
  const stored = await features.read(shard);
  const left: number[] = [];
  for (let row = 0; ; row += 1) {
    const exam = stored.exam(row);
    if (exam === null) return left;
    if (exam.patient[0] === rowValue(row)) left.push(row);
  }
}
