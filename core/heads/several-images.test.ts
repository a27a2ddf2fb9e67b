import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExamFeatures, ImageFeatures } from '../exams/exam-features.ts';
import type { Field } from '../exams/field.ts';
import type { Head } from './head.ts';
import { HeadScorer } from './score-head.ts';

const NONE = { kind: 'none' as const };
type Label = Partial<Head['labels'][number]> & { readonly name: string; readonly weights: number[] };

function headOf(labels: readonly Label[], change: Partial<Head> = {}): HeadScorer {
  const whole = labels.map((label) => ({ bias: 0, threshold: 0.5, calibration: NONE, ...label }));
  return new HeadScorer({
    ...{ format: 1, name: 'h', feature: 'visual', kind: 'multi-label', normalize: false, labels: whole },
    ...{ trained: false, provenance: 'made up', intendedUse: 'tests', ...change },
  });
}

/** The first channel is one label's score, the second the other's. */
const PLAIN = headOf([
  { name: 'amd', weights: [1, 0] },
  { name: 'normal', weights: [0, 1], threshold: 0.6 },
]);

function image(name: string, field: Field | null, ...visual: number[]): ImageFeatures {
  const laterality = name.startsWith('left') ? 'left' : 'right';
  return { image: name, laterality, field, visual: Float32Array.from(visual) };
}

/** The first image of each eye is the primary one; nothing reads what is mapped. */
function features(images: readonly ImageFeatures[]): ExamFeatures {
  const eye = (side: 'left' | 'right') => {
    const primary = images.find(({ laterality }) => laterality === side);
    return primary === undefined ? null : { visual: primary.visual, mapped: Float32Array.of(99, 99) };
  };
  return { left: eye('left'), right: eye('right'), patient: Float32Array.of(99, 99), images };
}

const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));
const close = (value: number) => expect.closeTo(value, 6);

describe('several images of an eye', () => {
  it('of one field are the mean of their logits, and name the image of the highest, for normal of the lowest', () => {
    const exam = features([
      image('left-a', null, 1, 3),
      image('left-b', 'macula', 2, -1),
      image('right-a', 'macula', -4, 4),
    ]);
    const [amd, normal, ...right] = PLAIN.score(exam);
    // (1 + 2) / 2 and (3 - 1) / 2.
    expect(amd).toMatchObject({
      level: 'left',
      label: 'amd',
      image: 'left-b',
      probability: close(0.8175745),
    });
    expect(normal).toMatchObject({ label: 'normal', image: 'left-b', probability: close(0.7310586) });
    expect(amd?.alone).toEqual([{ image: 'left-b', probability: close(0.8807971) }]);
    expect(normal?.alone).toEqual([{ image: 'left-b', probability: close(0.2689414) }]);
    expect([amd?.calibrated, normal?.calibrated]).toEqual([false, false]);
    // The right eye has one image: nothing about it is new.
    expect(right).toEqual([
      { level: 'right', head: 'h', label: 'amd', probability: close(0.0179862), threshold: 0.5 },
      { level: 'right', head: 'h', label: 'normal', probability: close(0.9820138), threshold: 0.6 },
    ]);
  });

  it('of two fields are the maximum over the fields, for normal the minimum', () => {
    const exam = features([
      image('right-m1', 'macula', 2, 1),
      image('right-m2', 'macula', -1, 5),
      image('right-d', 'disc', 1, 2),
    ]);
    const [amd, normal] = PLAIN.score(exam);
    // Macula (2 - 1) / 2 and (1 + 5) / 2, disc 1 and 2: the disc decides both.
    expect(amd).toMatchObject({ image: 'right-d', probability: close(0.7310586) });
    expect(normal).toMatchObject({ image: 'right-d', probability: close(0.8807971) });
    // Of another field than the one that decides.
    expect(amd?.alone).toEqual([{ image: 'right-m1', probability: close(0.8807971) }]);
    expect(normal?.alone).toEqual([{ image: 'right-m1', probability: close(0.7310586) }]);
  });

  it('do not count where they inform readers only', () => {
    const seen = [image('left-a', 'disc', 1, 1), image('left-b', 'other', 9, -9)];
    expect(PLAIN.score(features(seen))).toEqual([
      { level: 'left', head: 'h', label: 'amd', probability: close(0.7310586), threshold: 0.5 },
      { level: 'left', head: 'h', label: 'normal', probability: close(0.7310586), threshold: 0.6 },
    ]);
  });

  it('are averaged before calibration, which reads the mean as it reads one score', () => {
    const platt = { kind: 'platt', slope: 2, intercept: -1 } as const;
    const isotonic = { kind: 'isotonic' as const, scores: [0, 4], probabilities: [0, 1] };
    const head = headOf([
      { name: 'amd', weights: [1, 0], calibration: platt, bias: 0.5 },
      { name: 'drusen', weights: [0, 1], calibration: isotonic },
    ]);
    const found = head.score(features([image('left-a', null, 1, 0), image('left-b', null, 0, 2)]));
    // 2 · (0.5 + 0.5) - 1 = 1; a quarter of the way from 0 to 4, where the image alone has no finite logit.
    expect(found.map(({ probability }) => probability)).toEqual([close(0.7310586), close(0.25)]);
  });

  it('of a head of classes are the softmax of mean scores', () => {
    const classes = ['normal', 'amd', 'drusen'].map((name, index) => ({
      name,
      weights: [0, 0, 0].with(index, 1),
    }));
    const head = headOf(classes, { kind: 'multi-class' });
    const found = head.score(features([image('left-a', null, 3, 0, 1), image('left-b', null, 1, 4, 0)]));
    const means = [2, 2, 0.5].map((score) => Math.exp(score));
    const sum = means.reduce((total, power) => total + power, 0);
    expect(found.map(({ probability }) => probability)).toEqual(means.map((power) => close(power / sum)));
    // The least normal, the most amd, the most drusen.
    expect(found.map(({ image: key }) => key)).toEqual(['left-b', 'left-b', 'left-a']);
  });

  it('of a head of grades rise no more than those of one image do', () => {
    const grades = ['mild', 'severe'].map((name, index) => ({ name, weights: [0, 0].with(index, 1) }));
    const head = headOf(grades, { kind: 'ordinal', lowest: 'none' });
    const found = head.score(features([image('left-a', null, 1, 0), image('left-b', 'disc', 0, 2)]));
    // Macula: 1, then 0. Disc: 0, then 2, which no lower grade exceeds.
    expect(found.map(({ probability }) => probability)).toEqual([close(0.7310586), close(0.5)]);
  });

  it('list at most four that say more by themselves, the furthest first', () => {
    const scores = [1, 2, 3, 4, 5, -60];
    const exam = features(scores.map((score, index) => image(`left-${index}`, null, score, 0)));
    const [amd] = PLAIN.score(exam);
    // The mean is -7.5.
    expect(amd?.probability).toBeCloseTo(0.000552778, 8);
    expect(amd?.alone?.map(({ image: key }) => key)).toEqual(['left-4', 'left-3', 'left-2', 'left-1']);
  });

  it('are told apart by their logits where their probabilities are alike', () => {
    const [amd] = PLAIN.score(features([image('left-a', null, 40, 0), image('left-b', null, 50, 0)]));
    expect(amd).toMatchObject({ probability: 1, image: 'left-b' });
    const classes = ['drusen', 'amd'].map((name, index) => ({ name, weights: [0, 0].with(index, 1) }));
    const head = headOf(classes, { kind: 'multi-class' });
    // The lead over the other class counts: 50 and 95.
    const seen = [image('left-a', null, 150, 200), image('left-b', null, 5, 100)];
    expect(head.score(features(seen))[1]).toMatchObject({ probability: 1, image: 'left-b' });
  });

  it('have one sum in whatever order they come', () => {
    const scores = [2 ** 60, -(2 ** 60), 1];
    const images = scores.map((score, index) => image(`left-${index}`, null, score, 0));
    const orders = [0, 1, 2].map((first) => [...images.slice(first), ...images.slice(0, first)]);
    const found = orders.map((order) => PLAIN.score(features(order))[0]?.probability);
    expect(new Set(found).size).toBe(1);
  });

  it('are calibrated where the head was measured for as many fields', () => {
    const rule = 'mean-in-field-maximum-over-fields/1';
    const calibratedBy = (measuredRules: string[], exam: ExamFeatures) =>
      headOf([{ name: 'amd', weights: [1, 0] }], { measuredRules })
        .score(exam)
        .map(({ calibrated }) => calibrated);
    const oneField = features([image('left-a', null, 1, 0), image('left-b', 'macula', 2, 0)]);
    const twoFields = features([image('left-a', null, 1, 0), image('left-b', 'disc', 2, 0)]);
    expect(calibratedBy([`${rule} of 1 field`], oneField)).toEqual([undefined]);
    expect(calibratedBy([`${rule} of 1 field`], twoFields)).toEqual([false]);
    expect(calibratedBy([`${rule} of 2 fields`], oneField)).toEqual([false]);
    expect(calibratedBy([`${rule} of 2 fields`], twoFields)).toEqual([undefined]);
    expect(calibratedBy([], features([image('left-a', 'disc', 1, 0)]))).toEqual([undefined]);
  });

  it('change nothing of what is read from primary images', () => {
    const several = features([image('left-a', null, 1, 2), image('left-b', 'disc', 7, 8)]);
    const { images: _, ...primaries } = several;
    for (const feature of ['left', 'patient', 'pair'] as const) {
      const weights = feature === 'pair' ? [0.01, 0.02, 0.03, 0.04] : [0.01, 0.02];
      const head = headOf([{ name: 'amd', weights }], { feature });
      expect(head.score(several)).toEqual(head.score(primaries));
    }
  });
});

/** Heads of every kind and calibration, with numbers that do not come out even. */
const anyHead = fc
  .record({
    kind: fc.constantFrom('multi-label' as const, 'multi-class' as const, 'ordinal' as const),
    normalize: fc.boolean(),
    weights: fc.array(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }), {
      ...{ minLength: 3, maxLength: 3 },
    }),
    calibration: fc.constantFrom(
      NONE,
      { kind: 'platt' as const, slope: 1.7, intercept: -0.3 },
      { kind: 'isotonic' as const, scores: [-1, 0.1, 2], probabilities: [0.02, 0.4, 0.97] },
    ),
  })
  .map(({ kind, normalize, weights, calibration }) =>
    headOf(
      ['amd', 'normal', 'drusen'].map((name, index) => ({
        ...{ name, calibration, bias: index / 7, weights: weights[index] ?? [] },
      })),
      { kind, normalize, ...(kind === 'ordinal' ? { lowest: 'none' } : {}) },
    ),
  );
const anyVisual = fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 });
const anyImages = fc
  .array(fc.tuple(fc.constantFrom<Field | null>(null, 'macula', 'disc'), anyVisual), {
    ...{ minLength: 1, maxLength: 6 },
  })
  .map((all) => all.map(([field, visual], index) => image(`right-${index}`, field, ...visual)));

describe('any images of an eye, read by any head', () => {
  it('say the same to the bit in whatever order they come', () => {
    const any = anyImages.chain((images) =>
      fc.tuple(fc.constant(images), fc.shuffledSubarray(images, { minLength: images.length })),
    );
    fc.assert(
      fc.property(anyHead, any, (head, [images, shuffled]) => {
        const [first] = images;
        if (first === undefined) return;
        const primary = features([first]);
        expect(head.score({ ...primary, images: shuffled })).toEqual(head.score({ ...primary, images }));
      }),
    );
  });

  it('say the same to the bit as before where each eye has one', () => {
    fc.assert(
      fc.property(anyHead, anyVisual, anyVisual, (head, left, right) => {
        const named = features([image('left-a', 'disc', ...left), image('right-a', null, ...right)]);
        const { images: _, ...unnamed } = named;
        expect(head.score(named)).toEqual(head.score(unnamed));
        expect(head.score(unnamed)).toEqual(
          (['left', 'right'] as const).flatMap((level) =>
            head
              .probabilities(Float32Array.from(level === 'left' ? left : right))
              .map((probability, label) => ({
                ...{
                  level,
                  head: 'h',
                  label: ['amd', 'normal', 'drusen'][label],
                  probability,
                  threshold: 0.5,
                },
              })),
          ),
        );
      }),
    );
  });

  it('lie between the least and the most that one image says, and are of an image of the eye', () => {
    fc.assert(
      fc.property(anyHead, anyImages, (head, images) => {
        const own = images.map(({ visual }) => head.probabilities(visual));
        for (const [label, found] of head.score(features(images)).entries()) {
          const each = own.map((probabilities) => probabilities[label] ?? 0);
          if (head.head.kind === 'multi-label') {
            expect(found.probability).toBeGreaterThanOrEqual(Math.min(...each) - 1e-9);
            expect(found.probability).toBeLessThanOrEqual(Math.max(...each) + 1e-9);
          }
          const key = found.image ?? images[0]?.image;
          expect(images.map((one) => one.image)).toContain(key);
        }
      }),
    );
  });

  it('of independent labels are the mean in each field and the extreme of both, computed here', () => {
    fc.assert(
      fc.property(
        anyImages.filter(({ length }) => length > 1),
        (images) => {
          const weights = [
            [1.25, -0.5, 0.75],
            [-0.5, 1, 0.25],
          ];
          const head = headOf([
            { name: 'amd', weights: weights[0] ?? [], bias: 0.125 },
            { name: 'normal', weights: weights[1] ?? [], bias: 0.125 },
          ]);
          const fields = [
            images.filter(({ field }) => field !== 'disc'),
            images.filter(({ field }) => field === 'disc'),
          ].filter(({ length }) => length > 0);
          const expected = weights.map((of, label) => {
            const means = fields.map((own) => {
              const logits = own.map(({ visual: [a = 0, b = 0, c = 0] }) => {
                const [u = 0, v = 0, w = 0] = of;
                return u * a + v * b + w * c + 0.125;
              });
              return logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
            });
            return sigmoid(label === 0 ? Math.max(...means) : Math.min(...means));
          });
          const found = head.score(features(images)).map(({ probability }) => probability);
          expect(found).toEqual(expected.map((value) => expect.closeTo(value, 9)));
        },
      ),
    );
  });
});
