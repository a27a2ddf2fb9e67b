import { describe, expect, it } from 'vitest';
import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { FeatureBatch, FeatureStore } from '../../core/ports/index.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { StageRates } from '../metrics/stage-rates.ts';
import { BatchInference } from './batch-inference.ts';
import type { ImagePixels } from './exam-images.ts';
import type { ExamPlaces } from './inference-messages.ts';

/** Pictures of one number. */
const BYTES = 3;
const EXAM = { program: 'north', patient: 'P1', exam: '1' };
const picture = (number: number) => new Uint8Array(BYTES).fill(number);

/** An image whose key, bytes and pixels are a number. */
function image(laterality: Laterality, number: number, change: Partial<ImagePixels> = {}): ImagePixels {
  const named = { image: `${laterality}-${number}`, sha256: `sha-${number}`, laterality };
  return { ...named, field: 'macula', pixels: picture(number), primary: false, ...change };
}

/** One image of each eye, as a pair of numbers. */
function pairOf(left: number | null, right: number | null): ImagePixels[] {
  const primary = (eye: Laterality, number: number | null) =>
    number === null ? [] : [image(eye, number, { primary: true })];
  return [...primary('left', left), ...primary('right', right)];
}

/**
 * A model of one channel that reads a picture as its number: `left` is ten times, `right` a hundred times the eye's
 * number, `patient` a thousand times the left one plus the right one.
 */
function numbersModel() {
  const batches: {
    readonly pixels: number[];
    readonly exams: readonly ExamPlaces[];
    readonly others: readonly number[];
  }[] = [];
  const infer = async (pixels: Uint8Array, exams: readonly ExamPlaces[], others: readonly number[]) => {
    const at = (place: number | null) => pixels[(place ?? 0) * BYTES] ?? 0;
    const left = exams.map((exam) => at(exam.left ?? exam.right));
    const right = exams.map((exam) => at(exam.right ?? exam.left));
    batches.push({ pixels: [...pixels], exams, others });
    const features: FeatureMatrices = {
      leftVisual: Float32Array.from(left),
      rightVisual: Float32Array.from(right),
      left: Float32Array.from(left, (number) => 10 * number),
      right: Float32Array.from(right, (number) => 100 * number),
      patient: Float32Array.from(left, (number, row) => 1000 * number + (right[row] ?? 0)),
    };
    const visuals = Float32Array.from(others, at);
    return { features, visuals, milliseconds: 1 };
  };
  return { batches, infer, takeBuffer: () => new Uint8Array(4 * BYTES) };
}

function inferenceOf(model = numbersModel(), keeper?: Pick<FeatureStore, 'put'>) {
  const stored: FeatureBatch[] = [];
  const store = keeper ?? {
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
      inference.infer({ exam: EXAM, requestId: 'a', images: pairOf(1, 2) }),
      inference.infer({ exam: EXAM, requestId: 'b', images: pairOf(null, 3) }),
      inference.infer({ exam: EXAM, requestId: 'c', images: pairOf(4, null) }),
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
        others: [],
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

  it('all fail when the model does', async () => {
    const model = { ...numbersModel(), infer: () => Promise.reject(new Error('out of memory')) };
    const { inference } = inferenceOf(model as never);
    const exam = inference.infer({ exam: EXAM, requestId: 'a', images: pairOf(1, null) });
    inference.flush();
    await expect(exam).rejects.toThrow('out of memory');
  });
});

describe('an exam of several images', () => {
  const primaries = pairOf(1, 2);
  const named = (images: readonly { image: string; visual: Float32Array }[] = []) =>
    images.map(({ image: key, visual }) => [key, ...visual]);

  it('has each image read, and is fused from its primary ones alone', async () => {
    const { inference, model, stored } = inferenceOf();
    const disc = image('right', 7, { field: 'disc' });
    const exam = inference.infer({ exam: EXAM, requestId: 'a', images: [disc, ...primaries] });
    const plain = inference.infer({ exam: EXAM, requestId: 'b', images: pairOf(9, null) });
    const [several, one] = await Promise.all([exam, plain]);
    expect(model.batches).toEqual([
      {
        pixels: [1, 1, 1, 2, 2, 2, 9, 9, 9, 7, 7, 7],
        exams: [
          { left: 0, right: 1 },
          { left: 2, right: null },
        ],
        others: [3],
      },
    ]);
    expect(several.features.images).toEqual([
      { image: 'left-1', laterality: 'left', field: 'macula', visual: Float32Array.of(1) },
      { image: 'right-2', laterality: 'right', field: 'macula', visual: Float32Array.of(2) },
      { image: 'right-7', laterality: 'right', field: 'disc', visual: Float32Array.of(7) },
    ]);
    expect([eyeOf(several.features.left), eyeOf(several.features.right)]).toEqual([
      [1, 10],
      [2, 200],
    ]);
    expect([...several.features.patient]).toEqual([1_002]);
    expect(named(one.features.images)).toEqual([['left-9', 9]]);
    expect(stored[0]?.exams.map(({ images }) => images && named(images))).toEqual([
      [
        ['left-1', 1],
        ['right-2', 2],
        ['right-7', 7],
      ],
      undefined,
    ]);
  });

  it.each([
    // Whole batches first; the left-over is beside the primary images if there are places.
    [1, [[1, 2, 11]]],
    [2, [[1, 2, 11, 12]]],
    [
      3,
      [
        [11, 12, 13],
        [1, 2],
      ],
    ],
    [
      4,
      [
        [11, 12, 13, 14],
        [1, 2],
      ],
    ],
    [
      5,
      [
        [12, 13, 14, 15],
        [1, 2, 11],
      ],
    ],
    [
      10,
      [
        [13, 14, 15, 16],
        [17, 18, 19, 20],
        [1, 2, 11, 12],
      ],
    ],
  ])('beside its primary ones, %i of them, takes as many batches as it needs', async (count, expected) => {
    const { inference, model, stored } = inferenceOf();
    const others = Array.from({ length: count }, (_, index) => image('left', 11 + index));
    const pending = inference.infer({ exam: EXAM, requestId: 'a', images: [...others, ...primaries] });
    // What waits for others to fill its batch leaves when it is let go.
    for (let turn = 0; turn < 3; turn += 1) {
      inference.flush();
      await new Promise(setImmediate);
    }
    const inferred = await pending;
    const filled = model.batches.map(({ pixels, exams, others: places }) => {
      const used = exams.flatMap(({ left, right }) => [left, right]).filter((at) => at !== null);
      return [...used, ...places].map((at) => pixels[at * BYTES]);
    });
    expect(filled).toEqual(expected);
    expect(named(inferred.features.images)).toEqual([
      ['left-1', 1],
      ...others.map((_, index) => [`left-${11 + index}`, 11 + index]),
      ['right-2', 2],
    ]);
    expect(stored).toHaveLength(1);
    expect(stored[0]?.exams[0]?.images).toHaveLength(count + 2);
  });

  it('fails alone where the model fails at images before its own batch', async () => {
    const model = numbersModel();
    const { infer } = model;
    model.infer = (pixels, exams, others) =>
      exams.length === 0 ? Promise.reject(new Error('out of memory')) : infer(pixels, exams, others);
    const { inference, stored } = inferenceOf(model);
    const others = [11, 12, 13, 14].map((number) => image('left', number));
    const exam = inference.infer({ exam: EXAM, requestId: 'a', images: [...primaries, ...others] });
    const neighbour = inference.infer({ exam: EXAM, requestId: 'b', images: pairOf(3, 4) });
    await expect(exam).rejects.toThrow('out of memory');
    inference.flush();
    expect((await neighbour).features.patient).toEqual(Float32Array.of(3_004));
    expect(stored.map(({ exams }) => exams.map(({ requestId }) => requestId))).toEqual([['b']]);
  });

  it('is read back from its shard as it was inferred, its neighbour too', async () => {
    await using temporary = await temporaryHome();
    const { features } = temporary.home;
    const { inference } = inferenceOf(numbersModel(), features);
    const several = inference.infer({
      ...{ exam: EXAM, requestId: 'a' },
      images: [image('right', 7, { field: 'disc' }), ...primaries, image('left', 8, { field: null })],
    });
    const plain = inference.infer({ exam: EXAM, requestId: 'b', images: pairOf(null, 9) });
    inference.flush();
    const read = async ({ shard, row }: { shard: string; row: number }) =>
      (await features.read(shard)).exam(row);
    const [inferred, neighbour] = await Promise.all([several, plain]);
    expect(await read(inferred.reference)).toEqual(inferred.features);
    // Of an exam of one image an eye the shard holds what it always held.
    const { images: _, ...primary } = neighbour.features;
    expect(await read(neighbour.reference)).toEqual(primary);
  });
});
