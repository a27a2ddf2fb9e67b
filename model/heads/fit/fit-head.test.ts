import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headId, parseHead } from '../../../core/heads/head.ts';
import { gradeProbabilities } from '../../../core/heads/probabilities.ts';
import { HeadScorer } from '../../../core/heads/score-head.ts';
import { Random } from '../../../phantoms/random.ts';
import type { Targets } from '../../cohort/cohort.ts';
import type { FeaturesOrigin } from '../../cohort/features-layout.ts';
import { CohortError } from '../../errors.ts';
import { type FitInput, type FitOptions, fitHead } from './fit-head.ts';

const ORIGIN: FeaturesOrigin = {
  model: 'ab'.repeat(32),
  preprocessing: 'squash-bicubic-v1',
  trained: true,
  precision: 'fp16',
  equivalents: ['fp32', 'fp16'],
};
const OPTIONS: FitOptions = {
  name: 'made-up',
  intendedUse: 'tests',
  threshold: { kind: 'sensitivity', least: 0.9 },
  calibration: 'platt',
  folds: 4,
  seed: '1',
};

interface MadeUp {
  readonly units?: number;
  readonly dimensions?: number;
  readonly signal?: number;
  readonly seed?: string;
}

/** Units whose first channels say, more or less, what label or grade they have. */
function madeUp(make: (score: number, random: Random) => readonly number[], options: MadeUp = {}) {
  const { units = 160, dimensions = 4, signal = 2, seed = 'fit' } = options;
  const random = new Random(seed);
  const rows = Array.from({ length: units }, () =>
    Array.from({ length: dimensions }, () => random.normal() + 3),
  );
  const values = rows.flatMap(([first = 0]) => make(signal * (first - 3), random));
  return { features: Float32Array.from(rows.flat()), values, groups: rows.map((_, row) => `P${row >> 1}`) };
}

function binary(options: MadeUp = {}): FitInput {
  const { features, values, groups } = madeUp(
    (score, random) => [1, -1].map((sign) => Number(random.next() < 1 / (1 + Math.exp(-sign * score)))),
    options,
  );
  const targets: Targets = { kind: 'labels', names: ['up', 'down'], values: Int8Array.from(values) };
  return { features, feature: 'patient', targets, groups, origin: ORIGIN };
}

function graded(options: MadeUp = {}): FitInput {
  const { features, values, groups } = madeUp(
    (score, random) => [Math.min(3, Math.max(0, Math.round(score + 1.5 + random.normal() / 2)))],
    options,
  );
  const names = ['dr-0', 'dr-1', 'dr-2', 'dr-3'];
  const targets: Targets = { kind: 'classes', names, values: Int16Array.from(values) };
  return { features, feature: 'patient', targets, groups, origin: ORIGIN };
}

describe('a fitted head', () => {
  it('carries the precision of the features that it was fitted on, and none where that is unknown', async () => {
    const fitted = (precision: FeaturesOrigin['precision']) =>
      fitHead({ ...binary(), origin: { ...ORIGIN, precision } }, OPTIONS);
    expect(await fitted('fp16')).toMatchObject({ precision: 'fp16' });
    expect(await fitted(null)).not.toHaveProperty('precision');
  });

  it('is a valid head that says what it was fitted to', async () => {
    const head = await fitHead(binary(), OPTIONS);
    expect(parseHead(JSON.stringify(head), 'head.json')).toEqual(head);
    expect(head).toMatchObject({ kind: 'multi-label', model: ORIGIN.model, trained: true, normalize: false });
    const { labels, ...rest } = head.statistics ?? {};
    expect(rest).toEqual({
      units: 160,
      groups: 80,
      folds: 4,
      seed: '1',
      calibration: 'platt',
      threshold: 'sensitivity 0.9',
    });
    const values = Array.from(binary().targets.values);
    const positive = values.filter((value, index) => index % 2 === 0 && value === 1).length;
    expect(labels?.up).toMatchObject({ known: 160, positive, prevalence: positive / 160 });
    expect(labels?.up?.sensitivity).toBeGreaterThanOrEqual(0.9);
    expect(labels?.up?.auroc).toBeGreaterThan(0.8);
  });

  it('is named by what it scores by: statistics do not change its id', async () => {
    const head = await fitHead(binary(), OPTIONS);
    const { statistics, ...bare } = head;
    expect(headId(bare)).toBe(headId(head));
    expect(headId({ ...head, model: 'cd'.repeat(32) })).not.toBe(headId(head));
  });

  it('finds in the features as they came what they say, with probabilities that are frequencies', async () => {
    const head = await fitHead(binary({ units: 2000, signal: 1 }), OPTIONS);
    const scorer = new HeadScorer(head);
    const at = (first: number) => scorer.probabilities(Float32Array.of(first, 3, 3, 3))[0] ?? Number.NaN;
    for (const first of [1.5, 3, 4.5]) {
      expect(Math.abs(at(first) - 1 / (1 + Math.exp(3 - first)))).toBeLessThan(0.07);
    }
  });

  it('is the same to the bit when it is fitted again, by plain loops and in blocks', async () => {
    for (const options of [{}, { units: 3000, dimensions: 20 }]) {
      const [first, second] = [
        await fitHead(binary(options), OPTIONS),
        await fitHead(binary(options), OPTIONS),
      ];
      expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    }
  });

  it('depends on the seed only by the folds', async () => {
    const [first, second] = [
      await fitHead(binary(), OPTIONS),
      await fitHead(binary(), { ...OPTIONS, seed: '2' }),
    ];
    expect(second.labels[0]?.calibration).not.toEqual(first.labels[0]?.calibration);
  });

  it('hardly depends on the order of its units', async () => {
    const scores = async (order: readonly number[]) => {
      const input = binary({ units: 60 });
      const pick = <T>(list: ArrayLike<T>, width: number) =>
        order.flatMap((unit) => Array.from({ length: width }, (_, at) => list[unit * width + at] as T));
      const head = await fitHead(
        {
          ...input,
          features: Float32Array.from(pick(input.features, 4)),
          targets: { ...input.targets, values: Int8Array.from(pick(input.targets.values, 2)) } as Targets,
          groups: pick(input.groups, 1),
        },
        OPTIONS,
      );
      return new HeadScorer(head).probabilities(Float32Array.of(4, 3, 2, 3));
    };
    const expected = await scores(Array.from({ length: 60 }, (_, unit) => unit));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          Array.from({ length: 60 }, (_, unit) => unit),
          { minLength: 60 },
        ),
        async (order) => {
          expect(await scores(order)).toEqual(expected.map((value) => expect.closeTo(value, 5)));
        },
      ),
      { numRuns: 5 },
    );
  });

  it('gives a channel that never changes, or is one with another, no weight of its own', async () => {
    const input = binary();
    const wide = new Float32Array(160 * 6);
    for (let unit = 0; unit < 160; unit += 1) {
      wide.set(input.features.subarray(unit * 4, unit * 4 + 4), unit * 6);
      wide[unit * 6 + 4] = 0.1;
      wide[unit * 6 + 5] = input.features[unit * 4] as number;
    }
    const [up] = (await fitHead({ ...input, features: wide }, OPTIONS)).labels;
    expect(up?.weights[4]).toBe(0);
    expect(up?.weights[5]).toBeCloseTo(up?.weights[0] ?? Number.NaN, 5);
  });

  it('stays finite where features tell the labels apart without fault, or nothing at all', async () => {
    const separable = madeUp((score) => [Number(score > 0), Number(score < 0)]);
    const blind = { ...binary(), features: new Float32Array(160 * 4).fill(2) };
    for (const input of [
      {
        ...binary(),
        features: separable.features,
        targets: { kind: 'labels', names: ['a', 'b'], values: Int8Array.from(separable.values) } as Targets,
      },
      blind,
    ]) {
      for (const calibration of ['platt', 'isotonic', 'none'] as const) {
        const head = await fitHead(
          { ...input, features: Float32Array.from(input.features) },
          { ...OPTIONS, calibration },
        );
        expect(parseHead(JSON.stringify(head), 'head.json')).toEqual(head);
      }
    }
  });

  it('reads unknown labels as nothing', async () => {
    const input = binary();
    const values = Int8Array.from(input.targets.values, (value, index) =>
      index % 2 === 1 && index < 60 ? -1 : value,
    );
    const targets = { ...input.targets, values } as Targets;
    const head = await fitHead({ ...input, targets }, OPTIONS);
    expect(head.statistics?.labels.down?.known).toBe(130);
    expect(head.statistics?.labels.up?.known).toBe(160);
    // Were they read as negative, half of the positives would hide among them.
    const [, found] = new HeadScorer(head).probabilities(Float32Array.of(1, 3, 3, 3));
    expect(found).toBeGreaterThan(0.8);
  });

  it('of grades gives probabilities that fall with the grade, and puts most weight on the right one', async () => {
    const head = await fitHead(graded({ units: 400 }), { ...OPTIONS, kind: 'ordinal' });
    expect(head).toMatchObject({ kind: 'ordinal', lowest: 'dr-0' });
    expect(head.labels.map(({ name }) => name)).toEqual(['dr-1', 'dr-2', 'dr-3']);
    const scorer = new HeadScorer(head);
    const likeliest = [1.9, 2.8, 3.2, 4.2].map((first) => {
      const reached = scorer.probabilities(Float32Array.of(first, 3, 3, 3));
      expect(reached).toEqual(reached.toSorted((a, b) => b - a));
      const grades = gradeProbabilities(reached);
      return grades.indexOf(Math.max(...grades));
    });
    expect(likeliest).toEqual([0, 1, 2, 3]);
  });

  it('of classes gives the likeliest to the right one', async () => {
    const head = await fitHead(graded({ units: 400 }), { ...OPTIONS, calibration: 'none' });
    const shares = new HeadScorer(head).probabilities(Float32Array.of(4.5, 3, 3, 3));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(shares.indexOf(Math.max(...shares))).toBe(3);
  });

  it('never has a patient in a fold and in what that fold is judged by', async () => {
    // Each patient's two units are alike, and labels are drawn by lot: only a torn patient could be recognised.
    const random = new Random('lot');
    const patients = 60;
    const dimensions = 40;
    const rows = Array.from({ length: patients }, () => ({
      features: Array.from({ length: dimensions }, () => random.normal()),
      label: Number(random.next() < 0.5),
    })).flatMap((patient) => [patient, patient]);
    const head = await fitHead(
      {
        ...binary(),
        features: Float32Array.from(rows.flatMap(({ features }) => features)),
        targets: { kind: 'labels', names: ['lot'], values: Int8Array.from(rows.map(({ label }) => label)) },
        groups: rows.map((_, row) => `P${row >> 1}`),
      },
      OPTIONS,
    );
    expect(head.statistics?.labels.lot?.auroc).toBeLessThan(0.7);
  });

  it.each<[string, Partial<FitInput>, Partial<FitOptions>, RegExp]>([
    [
      'a label of one class',
      { targets: { kind: 'labels', names: ['up', 'down'], values: new Int8Array(320) } },
      {},
      /up \(0 patients with, 80 without\), down/,
    ],
    ['labels as grades', {}, { kind: 'ordinal' }, /column of classes/],
    ['grades as labels', graded(), { kind: 'multi-label' }, /0 and 1 for each label/],
    ['more folds than patients', {}, { folds: 90 }, /80 patients for 90 folds/],
    ['one fold', {}, { folds: 1 }, /2 to 100 folds/],
    [
      'a single class',
      { targets: { kind: 'classes', names: ['a'], values: new Int16Array(160) } },
      { kind: 'ordinal' },
      /one class/,
    ],
  ])('refuses %s', async (_, input, options, message) => {
    const refused = await fitHead({ ...binary(), ...input }, { ...OPTIONS, ...options }).catch(
      (error) => error,
    );
    expect(refused).toBeInstanceOf(CohortError);
    expect((refused as Error).message).toMatch(message);
  });
});
