import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { openBundle } from '../../model/bundle/index.ts';
import type { ExamPlaces } from './inference-messages.ts';
import { InferenceThread } from './inference-thread.ts';

let thread: InferenceThread;
let size: number;
let embedding: number;
beforeAll(async () => {
  const { geometry } = (await openBundle(DEFAULT_BUNDLE, { text: false })).manifest;
  [size, embedding] = [geometry.vision.imageSize, geometry.embedding];
  thread = await InferenceThread.start(
    { bundleDirectory: DEFAULT_BUNDLE, precision: 'fp32', provider: 'cpu', threads: 1, batchSize: 2 },
    size,
  );
}, 60_000);
afterAll(() => thread.stop());

/** Two pictures that have nothing in common: a ramp to the right, and a chequered one. */
function pictures(): Uint8Array<ArrayBuffer> {
  const buffer = thread.takeBuffer();
  const bytes = size * size * 3;
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    const chequered = (Math.floor(x / 16) + Math.floor(y / 16)) % 2 === 0 ? 220 : 30;
    buffer.set([(255 * x) / size, 40, 10], 3 * pixel);
    buffer.set([chequered, chequered, 60], bytes + 3 * pixel);
  }
  return buffer;
}

async function featuresOf(exams: readonly ExamPlaces[]) {
  const { features } = await thread.infer(pictures(), exams);
  return (name: keyof FeatureMatrices, row: number) => [
    ...features[name].subarray(row * embedding, (row + 1) * embedding),
  ];
}

describe("the inference thread's eyes", () => {
  /** An exam of one photograph has its numbers on both sides: so each place's own are known. */
  const ALONE_FIRST = { left: 0, right: null };
  const ALONE_SECOND = { left: null, right: 1 };

  it('are read from their own places, and a single eye stands for both', async () => {
    const row = await featuresOf([{ left: 0, right: 1 }, { left: 1, right: 0 }, ALONE_FIRST, ALONE_SECOND]);
    const [first, second] = [row('leftVisual', 2), row('rightVisual', 3)];
    expect(first).not.toEqual(second);
    expect([row('leftVisual', 0), row('rightVisual', 0)]).toEqual([first, second]);
    expect([row('leftVisual', 1), row('rightVisual', 1)]).toEqual([second, first]);
    expect([row('leftVisual', 2), row('rightVisual', 2)]).toEqual([first, first]);
    expect([row('leftVisual', 3), row('rightVisual', 3)]).toEqual([second, second]);
  });

  it('are mapped each by its own mapping, the patient from both in their order', async () => {
    const row = await featuresOf([{ left: 0, right: 1 }, { left: 1, right: 0 }, ALONE_FIRST, ALONE_SECOND]);
    expect(row('left', 0)).toEqual(row('left', 2));
    expect(row('right', 0)).toEqual(row('right', 3));
    expect(row('left', 1)).toEqual(row('left', 3));
    expect(row('right', 1)).toEqual(row('right', 2));
    expect(row('left', 2)).not.toEqual(row('left', 3));
    expect(row('right', 2)).not.toEqual(row('right', 3));
    expect(new Set([0, 1, 2, 3].map((exam) => row('patient', exam).join())).size).toBe(4);
  });
});

describe("the inference thread's further images", () => {
  it('are read from their own places, in the order asked, with and without an exam beside them', async () => {
    const { features } = await thread.infer(pictures(), [{ left: 0, right: 1 }]);
    const [first, second] = [[...features.leftVisual], [...features.rightVisual]];
    const beside = await thread.infer(pictures(), [{ left: 0, right: null }], [1, 0]);
    expect([...beside.features.leftVisual]).toEqual(first);
    expect([...beside.visuals]).toEqual([...second, ...first]);
    const alone = await thread.infer(pictures(), [], [1]);
    expect([...alone.visuals]).toEqual(second);
    expect(alone.features.patient).toHaveLength(0);
  });
});
