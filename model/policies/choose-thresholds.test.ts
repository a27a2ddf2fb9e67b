import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseThresholds } from './choose-thresholds.ts';
import { PolicyError, TooFewPatientsError } from './errors.ts';
import type { PolicyAim } from './policy-aim.ts';
import { outcomeAt, type PolicyCohort } from './policy-cohort.ts';
import { drawnCohort, type MadeUpExam, madeUpCohort } from './testing/made-up-exams.ts';

const LOW = { confidence: 0.6 };

/** P(X <= k) by adding up every subset's probability as factorials: nothing of the code under test. */
function atMost(k: number, n: number, p: number): number {
  const choose = (of: number, take: number): number =>
    take === 0 ? 1 : (choose(of - 1, take - 1) * of) / take;
  return Array.from({ length: k + 1 }, (_, i) => choose(n, i) * p ** i * (1 - p) ** (n - i)).reduce(
    (a, b) => a + b,
    0,
  );
}

function allowed(n: number, limit: number, confidence: number): number {
  const fitting = Array.from({ length: n }, (_, k) => k).filter((k) => atMost(k, n, limit) <= 1 - confidence);
  return fitting.at(-1) ?? -1;
}

/** Judges an exam by hand. */
function ends(exam: PolicyCohort['exams'][number], thresholds: readonly number[]): string {
  return [...exam.scores].some((score, label) => score >= (thresholds[label] ?? 0))
    ? 'refer'
    : exam.otherwise;
}

function missedOf(exams: PolicyCohort['exams'], thresholds: readonly number[]): number {
  return new Set(exams.filter((exam) => ends(exam, thresholds) === 'recall').map(({ group }) => group)).size;
}

function countHealthy(
  { exams }: PolicyCohort,
  thresholds: readonly number[],
  wanted: (outcome: string) => boolean,
  every: boolean,
): number {
  const byGroup = Map.groupBy(exams, ({ group }) => group);
  return [...byGroup.values()].filter((own) => {
    if (!own.every(({ referable }) => referable === 0)) return false;
    const fits = own.map((exam) => wanted(ends(exam, thresholds)));
    return every ? fits.every(Boolean) : fits.some(Boolean);
  }).length;
}

const cleared = (cohort: PolicyCohort, thresholds: readonly number[]): number =>
  countHealthy(cohort, thresholds, (outcome) => outcome === 'recall', true);

/** Every threshold on a fine grid, every lower one of a disease: the most that can be cleared within the limits. */
function mostCleared(
  cohort: PolicyCohort,
  any: number,
  own: ReadonlyMap<string, number>,
  confidence: number,
): number {
  const grid = Array.from({ length: 22 }, (_, step) => step / 20 - 0.001);
  const sick = cohort.exams.filter(({ referable }) => referable === 1);
  const patients = (exams: PolicyCohort['exams']): number => new Set(exams.map(({ group }) => group)).size;
  let most = -1;
  for (const common of grid) {
    const thresholds = cohort.labels.map((label, place) => {
      const limit = own.get(label);
      if (limit === undefined) return common;
      const having = cohort.exams.filter(({ truth }) => truth[place] === 1);
      const most = allowed(patients(having), limit, confidence);
      const fits = (threshold: number): boolean =>
        missedOf(
          having,
          cohort.labels.map((_, other) => (other === place ? threshold : common)),
        ) <= most;
      return Math.max(...grid.filter((threshold) => threshold <= common && fits(threshold)));
    });
    if (missedOf(sick, thresholds) > allowed(patients(sick), any, confidence)) continue;
    most = Math.max(most, cleared(cohort, thresholds));
  }
  return most;
}

/** Scores on a coarse grid below 1, so that ties are common and the oracle's grid lies between all of them. */
const score = fc.integer({ min: 0, max: 19 }).map((step) => step / 20);
const exam = fc
  .record({
    group: fc.integer({ min: 0, max: 14 }),
    scores: fc.tuple(score, score, score),
    truth: fc.tuple(fc.constantFrom(0, 0, 1), fc.constantFrom(0, 0, 1), fc.constantFrom(0, 0, 0, 1)),
    otherwise: fc.constantFrom(
      'recall' as const,
      'recall' as const,
      'recall' as const,
      'ungradable' as const,
    ),
    known: fc.boolean(),
  })
  .map(
    ({ truth, known, ...rest }): MadeUpExam => ({
      ...rest,
      truth: truth as (0 | 1)[],
      referable: truth.some((value) => value === 1) ? 1 : known ? 0 : -1,
    }),
  );
/** Cohorts of so many exams, with patients with any disease, and with `a`, at least as many as are given. */
const cohortsOf = (exams: { readonly least: number; readonly most: number }, patients: number) =>
  fc
    .array(exam, { minLength: exams.least, maxLength: exams.most })
    .map((made) => madeUpCohort(made))
    .filter((cohort) => {
      const enough = (place: number | null): boolean =>
        new Set(
          cohort.exams
            .filter((one) => (place === null ? one.referable === 1 : one.truth[place] === 1))
            .map(({ group }) => group),
        ).size >= patients;
      return enough(null) && enough(0) && cohort.exams.some(({ referable }) => referable === 0);
    });
const cohorts = cohortsOf({ least: 20, most: 45 }, 5);
/** So few exams that many thresholds lie between the highest scores of any. */
const smallCohorts = cohortsOf({ least: 6, most: 12 }, 2);
const limit = fc.constantFrom(0.2, 0.3, 0.45);

describe('thresholds for few misses', () => {
  it('clear as many healthy patients as any thresholds of their kind do', () => {
    fc.assert(
      fc.property(cohorts, limit, limit, (cohort, any, ofA) => {
        const diseases = new Map([['a', ofA]]);
        const { thresholds } = chooseThresholds([cohort], { kind: 'miss', any, diseases }, LOW);
        expect(cleared(cohort, [...thresholds])).toBe(mostCleared(cohort, any, diseases, LOW.confidence));
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(smallCohorts, (cohort) => {
        const diseases = new Map([['a', 0.45]]);
        const { thresholds } = chooseThresholds([cohort], { kind: 'miss', any: 0.45, diseases }, LOW);
        expect(cleared(cohort, [...thresholds])).toBe(mostCleared(cohort, 0.45, diseases, LOW.confidence));
      }),
      { numRuns: 400 },
    );
  });

  it('keep every limit in every cohort', () => {
    fc.assert(
      fc.property(cohorts, cohorts, limit, limit, (first, second, any, ofA) => {
        const aim = { kind: 'miss', any, diseases: new Map([['a', ofA]]) } as const;
        const chosen = [...chooseThresholds([first, second], aim, LOW).thresholds];
        for (const { exams } of [first, second]) {
          const sick = exams.filter(({ referable }) => referable === 1);
          const having = exams.filter(({ truth }) => truth[0] === 1);
          for (const [own, most] of [
            [sick, any],
            [having, ofA],
          ] as const) {
            const patients = new Set(own.map(({ group }) => group)).size;
            expect(missedOf(own, chosen)).toBeLessThanOrEqual(allowed(patients, most, LOW.confidence));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('hold among other patients about as surely as they say', () => {
    const aim = { kind: 'miss', any: 0.1, diseases: new Map([['b', 0.15]]) } as const;
    const others = drawnCohort(99, { sick: 4_000, healthy: 1 });
    const rounds = Array.from({ length: 150 }, (_, seed) => {
      const cohort = drawnCohort(seed, { sick: 90, healthy: 60 });
      const { thresholds } = chooseThresholds([cohort], aim, { confidence: 0.8 });
      const missed = (kept: (one: PolicyCohort['exams'][number]) => boolean): number => {
        const own = others.exams.filter((one) => one.referable === 1 && kept(one));
        return own.filter((one) => outcomeAt(one, thresholds) === 'recall').length / own.length;
      };
      return { any: missed(() => true) <= 0.1, b: missed(({ truth }) => truth[1] === 1) <= 0.15 };
    });
    const share = (of: 'any' | 'b'): number => rounds.filter((round) => round[of]).length / rounds.length;
    // 0.8, less three standard errors of 150 rounds.
    expect(share('any')).toBeGreaterThan(0.7);
    expect(share('b')).toBeGreaterThan(0.7);
  });

  it('are not promised of too few, and say how many it takes', () => {
    const cohort = drawnCohort(5, { sick: 15, healthy: 10 });
    const choose = (aim: PolicyAim) => () => chooseThresholds([cohort], aim, { confidence: 0.8 });
    const refused = { kind: 'miss', any: 0.1, diseases: new Map() } as const;
    expect(choose(refused)).toThrow(TooFewPatientsError);
    expect(choose(refused)).toThrow(/"made-up\.csv" has 15 patients with any disease.* needs 16/);
    expect(choose({ kind: 'miss', any: 0.2, diseases: new Map([['b', 0.01]]) })).toThrow(
      /with b, .* needs 161/,
    );
    expect(choose({ kind: 'miss', any: 0.2, diseases: new Map([['c', 0.2]]) })).toThrow(PolicyError);
    expect(choose({ kind: 'referred', healthy: 0.1 })).toThrow(/10 patients with no disease/);
  });

  it('lower the common threshold where no head speaks of a disease', () => {
    const exams = Array.from({ length: 12 }, (_, group): MadeUpExam => {
      const isSick = group < 8;
      return {
        group,
        scores: [(group + 1) / 20, 0.01],
        truth: [0, 0, isSick ? 1 : 0],
        referable: isSick ? 1 : 0,
      };
    });
    const aim = { kind: 'miss', any: 0.5, diseases: new Map([['unseen', 0.2]]) } as const;
    const { thresholds } = chooseThresholds([madeUpCohort(exams)], aim, LOW);
    // 8 with it, one of whom may be missed: P(X <= 1) is 0.503 and P(X <= 0) 0.168, of which 0.4 allows the latter.
    expect(missedOf(madeUpCohort(exams.slice(0, 8)).exams, [...thresholds])).toBe(0);
    expect(thresholds[0]).toBeLessThanOrEqual(0.05);
  });
});

describe('thresholds for the healthy', () => {
  it('refer no more than allowed, and find as many of the sick as any common threshold that does', () => {
    fc.assert(
      fc.property(cohorts, limit, (cohort, healthy) => {
        const patients = countHealthy(cohort, [2, 2, 2], () => true, true);
        const most = allowed(patients, healthy, LOW.confidence);
        fc.pre(most >= 0);
        const { thresholds, common } = chooseThresholds([cohort], { kind: 'referred', healthy }, LOW);
        expect(new Set([...thresholds, common]).size).toBe(1);
        const referred = (at: number): number =>
          countHealthy(cohort, [at, at, at], (outcome) => outcome === 'refer', false);
        const sick = cohort.exams.filter(({ referable }) => referable === 1);
        const fitting = Array.from({ length: 22 }, (_, step) => step / 20 - 0.001).filter(
          (at) => referred(at) <= most,
        );
        expect(referred(common)).toBeLessThanOrEqual(most);
        expect(missedOf(sick, [...thresholds])).toBe(
          Math.min(...fitting.map((at) => missedOf(sick, [at, at, at]))),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('by Youden exceed every other common threshold', () => {
    fc.assert(
      fc.property(cohorts, (cohort) => {
        const sick = cohort.exams.filter(({ referable }) => referable === 1);
        const patients = new Set(sick.map(({ group }) => group)).size;
        const healthy = countHealthy(cohort, [2, 2, 2], () => true, true);
        fc.pre(healthy > 0);
        const gain = (at: number): number =>
          cleared(cohort, [at, at, at]) / healthy - missedOf(sick, [at, at, at]) / patients;
        const { common } = chooseThresholds([cohort], { kind: 'youden' }, LOW);
        const best = Math.max(...Array.from({ length: 22 }, (_, step) => gain(step / 20 - 0.001)));
        expect(gain(common)).toBeCloseTo(best, 12);
      }),
      { numRuns: 150 },
    );
  });
});

it('are not found where no threshold is high enough', () => {
  const certain = { scores: [1], truth: [0] as const, referable: 0 as const };
  const exams = Array.from({ length: 12 }, (_, group): MadeUpExam => ({ ...certain, group }));
  const sick: MadeUpExam = { group: 12, scores: [0.3], truth: [1], referable: 1 };
  const cohort = madeUpCohort([...exams, sick]);
  const choose = () => chooseThresholds([cohort], { kind: 'referred', healthy: 0.2 }, LOW);
  expect(choose).toThrow(/"made-up\.csv".*probability of 1/);
});

describe('a lower threshold', () => {
  it('misses no more patients, whichever it is', () => {
    fc.assert(
      fc.property(
        cohorts,
        fc.tuple(score, score, score),
        fc.integer({ min: 0, max: 2 }),
        score,
        (cohort, at, place, by) => {
          const thresholds = Float64Array.from(at);
          const lower = thresholds.map((threshold, label) => (label === place ? threshold - by : threshold));
          for (const one of cohort.exams) {
            if (outcomeAt(one, thresholds) === 'refer') expect(outcomeAt(one, lower)).toBe('refer');
          }
        },
      ),
    );
  });
});
