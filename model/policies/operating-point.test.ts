import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../core/exams/outcome.ts';
import { chooseThresholds } from './choose-thresholds.ts';
import { crossFit } from './cross-fit.ts';
import { expectedCounts } from './expected-counts.ts';
import { operatingPoint } from './operating-point.ts';
import { outcomeAt } from './policy-cohort.ts';
import { drawnCohort, type MadeUpExam, madeUpCohort } from './testing/made-up-exams.ts';

const SICK: Omit<MadeUpExam, 'group'> = { scores: [0.5, 0.5], truth: [1, 0], referable: 1 };
const HEALTHY: Omit<MadeUpExam, 'group'> = { scores: [0.5, 0.5], truth: [0, 0], referable: 0 };
const UNKNOWN: Omit<MadeUpExam, 'group'> = { scores: [0.5, 0.5], truth: [-1, -1], referable: -1 };

/** Four sick patients, of whom the last came twice, three healthy ones, of whom the first came twice, and an unknown one. */
const COHORT = madeUpCohort([
  ...[0, 1, 2, 3, 3].map((group) => ({
    ...SICK,
    group,
    truth: (group === 0 ? [1, 1] : [1, 0]) as (0 | 1)[],
  })),
  ...[4, 4, 5, 6].map((group) => ({ ...HEALTHY, group })),
  { ...UNKNOWN, group: 7 },
]);
const OUTCOMES: readonly Outcome[] = [
  ...(['recall', 'ungradable', 'refer-urgent', 'refer', 'recall'] as const),
  ...(['recall', 'refer', 'ungradable', 'recall'] as const),
  'recall',
];

describe('an operating point', () => {
  const point = operatingPoint(COHORT, [OUTCOMES]);

  it('counts each patient once: missed if any exam with disease is, referred without disease if any exam is', () => {
    const of = ({ patients, recall, referred, ungradable }: typeof point.sick) => [
      patients,
      ...[recall, referred, ungradable].map((share) => share?.value),
    ];
    expect(of(point.sick)).toEqual([4, 2 / 4, 1 / 4, 1 / 4]);
    expect(of(point.diseases.b as typeof point.sick)).toEqual([1, 1, 0, 0]);
    expect(of(point.healthy)).toEqual([3, 1 / 3, 1 / 3, 1 / 3]);
  });

  it('has intervals of some width where no patient is missed, and none without patients', () => {
    const none = operatingPoint(COHORT, [OUTCOMES.map(() => 'refer' as const)]);
    // Wilson 1927: z² / (n + z²) of 4, with z = 1.96.
    expect(none.sick.recall).toEqual({
      value: 0,
      interval: { low: 0, high: expect.closeTo(3.8415 / 7.8415, 3) },
    });
    expect(operatingPoint(madeUpCohort([{ ...SICK, group: 0 }]), [['refer']]).healthy.recall).toBeNull();
  });

  it('is the mean over rounds', () => {
    const other = OUTCOMES.map(() => 'refer' as const);
    const mean = operatingPoint(COHORT, [OUTCOMES, other, other, other]);
    expect(mean.sick.recall?.value).toBeCloseTo(2 / 4 / 4, 12);
    expect(mean.healthy.referred?.value).toBeCloseTo((1 / 3 + 3) / 4, 12);
  });
});

describe('what a population would see', () => {
  it('follows the shares of the sick and the healthy', () => {
    const counts = expectedCounts(COHORT, [OUTCOMES], { people: 1_000, prevalence: 0.1 });
    expect(counts?.missed.value).toBeCloseTo(100 * (2 / 4), 9);
    expect(counts?.referredSick.value).toBeCloseTo(100 * (1 / 4), 9);
    expect(counts?.referred.value).toBeCloseTo(100 * (1 / 4) + 900 * (1 / 3), 9);
    expect(counts?.ungradable.value).toBeCloseTo(100 * (1 / 4) + 900 * (1 / 3), 9);
    expect(counts?.cleared.value).toBeCloseTo(900 * (1 / 3), 9);
  });

  it('has intervals as wide as theory has them', () => {
    const cohort = drawnCohort(3, { sick: 400, healthy: 400 });
    const outcomes = cohort.exams.map(({ group }): Outcome => (group % 4 === 0 ? 'recall' : 'refer'));
    const { missed } = expectedCounts(cohort, [outcomes], { people: 400, prevalence: 1 }) as NonNullable<
      ReturnType<typeof expectedCounts>
    >;
    // A quarter of 400 with a standard deviation of sqrt(400 / 4 * 3 / 4).
    expect(missed.value).toBe(100);
    expect(missed.interval.high - missed.interval.low).toBeGreaterThan(0.9 * 2 * 1.96 * Math.sqrt(75));
    expect(missed.interval.high - missed.interval.low).toBeLessThan(1.1 * 2 * 1.96 * Math.sqrt(75));
  });

  it('is not known of a one-sided cohort', () => {
    const population = { people: 1_000, prevalence: 0.1 };
    expect(expectedCounts(madeUpCohort([{ ...SICK, group: 0 }]), [['refer']], population)).toBeNull();
  });
});

describe('cross-fitting', () => {
  const AIM = { kind: 'miss', any: 0.2, diseases: new Map() } as const;
  const OPTIONS = { confidence: 0.6, folds: 4, rounds: 3, seed: 's' };

  it('judges no patient by thresholds that it had a part in', () => {
    // Patient 0 alone decides how low the threshold must be: without it, it would be missed.
    const low = { ...SICK, group: 0, scores: [0.1, 0] };
    const others = Array.from({ length: 14 }, (_, index) => ({
      ...SICK,
      group: index + 1,
      scores: [0.6 + index / 100, 0],
    }));
    const healthy = Array.from({ length: 20 }, (_, index) => ({
      ...HEALTHY,
      group: index + 15,
      scores: [0.2 + index / 100, 0],
    }));
    const cohort = madeUpCohort([low, ...others, ...healthy]);
    const none = { ...AIM, any: 0.05 };
    const { thresholds } = chooseThresholds([cohort], none, { confidence: 0.5 });
    expect(outcomeAt(cohort.exams[0] as (typeof cohort.exams)[number], thresholds)).toBe('refer');
    for (const round of crossFit([cohort], none, { ...OPTIONS, confidence: 0.5 }))
      expect(round[0]).toBe('recall');
  });

  it('keeps the exams of a patient in one fold, and is the same by the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), (seed) => {
        const drawn = drawnCohort(seed, { sick: 20, healthy: 20 });
        const twice = { ...drawn, exams: drawn.exams.flatMap((exam) => [exam, exam]) };
        const rounds = crossFit([twice], AIM, OPTIONS);
        for (const round of rounds) {
          for (let exam = 0; exam < twice.exams.length; exam += 2) expect(round[exam]).toBe(round[exam + 1]);
        }
        expect(crossFit([twice], AIM, OPTIONS)).toEqual(rounds);
      }),
      { numRuns: 10 },
    );
  });
});
