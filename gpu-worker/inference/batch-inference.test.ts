import { describe, expect, it } from 'vitest';
import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import type { FeatureBatch } from '../../core/ports/index.ts';
import { StageRates } from '../metrics/stage-rates.ts';
import { BatchInference } from './batch-inference.ts';
import type { Detection, ExamPlaces } from './inference-messages.ts';

/** Pictures of one number. */
const BYTES = 3;
const EXAM = { program: 'north', patient: 'P1', exam: '1' };
const picture = (number: number) => new Uint8Array(BYTES).fill(number);

/**
 * A model of one channel that reads a picture as its number: `left` is ten times, `right` a hundred times the eye's
 * number, `patient` a thousand times the left one plus the right one.
 */
function numbersModel() {
  const batches: { readonly pixels: number[]; readonly exams: readonly ExamPlaces[] }[] = [];
  const infer = async (pixels: Uint8Array, exams: readonly ExamPlaces[]) => {
    const at = (place: number | null) => pixels[(place ?? 0) * BYTES] ?? 0;
    const left = exams.map((exam) => at(exam.left ?? exam.right));
    const right = exams.map((exam) => at(exam.right ?? exam.left));
    batches.push({ pixels: [...pixels], exams });
    const features: FeatureMatrices = {
      leftVisual: Float32Array.from(left),
      rightVisual: Float32Array.from(right),
      left: Float32Array.from(left, (number) => 10 * number),
      right: Float32Array.from(right, (number) => 100 * number),
      patient: Float32Array.from(left, (number, row) => 1000 * number + (right[row] ?? 0)),
    };
    const places = pixels.length / BYTES;
    const detections: Detection[] = Array.from({ length: places }, (_, place) => ({
      left: at(place) / 100,
      gradable: at(place) / 1000,
    }));
    return { features, detections, milliseconds: 1 };
  };
  return { batches, infer, takeBuffer: () => new Uint8Array(4 * BYTES) };
}

function inferenceOf(model = numbersModel()) {
  const stored: FeatureBatch[] = [];
  const store = {
    put: async (batch: FeatureBatch) => {
      stored.push(batch);
      return batch.exams.map((_, row) => ({ shard: `features/${stored.length}`, row }));
    },
  };
  const options = {
    ...{ thread: model, store, rates: new StageRates() },
    ...{ model: 'm1', preprocessing: 'squash', batchSize: 4, batchAgeMilliseconds: 60_000 },
  };
  return { inference: new BatchInference(options as never), model, stored };
}

const eyeOf = (eye: { visual: Float32Array; mapped: Float32Array } | null) =>
  eye === null ? null : [...eye.visual, ...eye.mapped];

describe('exams of one batch', () => {
  it('get the numbers of their own photographs, eye by eye', async () => {
    const { inference, model, stored } = inferenceOf();
    const waiting = [
      inference.infer({ exam: EXAM, requestId: 'a', left: picture(1), right: picture(2) }),
      inference.infer({ exam: EXAM, requestId: 'b', left: null, right: picture(3) }),
      inference.infer({ exam: EXAM, requestId: 'c', left: picture(4), right: null }),
    ];
    const [both, onlyRight, onlyLeft] = await Promise.all(waiting);
    expect(model.batches).toEqual([
      {
        pixels: [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
        exams: [
          { left: 0, right: 1 },
          { left: null, right: 2 },
          { left: 3, right: null },
        ],
      },
    ]);
    expect([eyeOf(both?.features.left ?? null), eyeOf(both?.features.right ?? null)]).toEqual([
      [1, 10],
      [2, 200],
    ]);
    expect([...(both?.features.patient ?? [])]).toEqual([1_002]);
    expect([eyeOf(onlyRight?.features.left ?? null), eyeOf(onlyRight?.features.right ?? null)]).toEqual([
      null,
      [3, 300],
    ]);
    expect([eyeOf(onlyLeft?.features.left ?? null), eyeOf(onlyLeft?.features.right ?? null)]).toEqual([
      [4, 40],
      null,
    ]);
    const row = (number: number) => ({ shard: 'features/1', row: number });
    expect([both?.reference, onlyRight?.reference, onlyLeft?.reference]).toEqual([row(0), row(1), row(2)]);
    expect(stored).toHaveLength(1);
    expect(stored[0]?.exams).toEqual([
      { exam: EXAM, requestId: 'a', eyes: { left: true, right: true } },
      { exam: EXAM, requestId: 'b', eyes: { left: false, right: true } },
      { exam: EXAM, requestId: 'c', eyes: { left: true, right: false } },
    ]);
    expect([...(stored[0]?.matrices.patient ?? [])]).toEqual([1_002, 3_003, 4_004]);
  });

  it('have what the detector sees of their own photographs', async () => {
    const { inference } = inferenceOf();
    const waiting = [
      inference.infer({ exam: EXAM, requestId: 'a', left: picture(80), right: picture(20) }),
      inference.infer({ exam: EXAM, requestId: 'b', left: null, right: picture(10) }),
    ];
    inference.flush();
    const [both, onlyRight] = await Promise.all(waiting);
    expect(both?.detections).toEqual({
      left: { left: 0.8, gradable: 0.08 },
      right: { left: 0.2, gradable: 0.02 },
    });
    expect(onlyRight?.detections).toEqual({ left: null, right: { left: 0.1, gradable: 0.01 } });
  });

  it('all fail when the model does', async () => {
    const model = { ...numbersModel(), infer: () => Promise.reject(new Error('out of memory')) };
    const { inference } = inferenceOf(model as never);
    const exam = inference.infer({ exam: EXAM, requestId: 'a', left: picture(1), right: null });
    inference.flush();
    await expect(exam).rejects.toThrow('out of memory');
  });
});
