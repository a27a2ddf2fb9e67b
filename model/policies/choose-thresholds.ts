import { allowedMisses, neededPatients } from './binomial.ts';
import { PolicyError, TooFewPatientsError } from './errors.ts';
import { type MissLimit, missLimits, ownThreshold } from './miss-limit.ts';
import { plainNumber } from './plain-threshold.ts';
import type { PolicyAim } from './policy-aim.ts';
import {
  groupsOf,
  hasDisease,
  healthyGroups,
  outcomeAt,
  type PolicyCohort,
  type PolicyExam,
  type Thresholds,
} from './policy-cohort.ts';

/** Thresholds of one choice. */
export interface ChosenThresholds {
  /** The probability from which on any disease refers. */
  readonly common: number;
  /** Of each of the cohort's `labels`: the common one, or a lower one of its own. */
  readonly thresholds: Thresholds;
}

export interface ChooseOptions {
  /** How surely the aim holds among all patients of this kind, above 0.5 and below 1. */
  readonly confidence: number;
  /**
   * Whether to go on where there are too few patients to promise anything: none of them is missed then. For
   * cross-fitting, where a part of the patients is left out.
   */
  readonly lenient?: boolean;
}

/**
 * Every common threshold that can make a difference: the highest score of each exam, rising, and 1, above which nothing is
 * referred. A lower threshold of one disease changes nothing about that: where its score is the highest, the exam is
 * referred by either.
 */
function candidatesOf(cohorts: readonly PolicyCohort[]): number[] {
  const scores = cohorts.flatMap(({ exams }) => exams.map((exam) => Math.max(...exam.scores)));
  return [...new Set(scores).add(1)].sort((a, b) => a - b);
}

/** Lowers the common threshold for each disease that has a limit of its own. @returns `null` if it cannot be kept */
function thresholdsAt(common: number, labels: number, limits: readonly MissLimit[]): Thresholds | null {
  const thresholds = new Float64Array(labels).fill(common);
  for (const limit of limits) {
    if (limit.disease === null) continue;
    const own = ownThreshold(limit, common);
    if (own === null) return null;
    if (limit.label !== -1) thresholds[limit.label] = Math.min(own, thresholds[limit.label] as number);
  }
  return thresholds;
}

function countMissed(exams: readonly PolicyExam[], thresholds: Thresholds): number {
  return groupsOf(exams.filter((exam) => outcomeAt(exam, thresholds) === 'recall')).size;
}

/** The healthy of a cohort: what becomes of them is what a threshold costs. */
function healthyOf({ exams }: PolicyCohort) {
  const groups = healthyGroups(exams);
  const healthy = exams.filter(({ group }) => groups.has(group));
  const not = (kept: (exam: PolicyExam) => boolean) => groupsOf(healthy.filter((exam) => !kept(exam))).size;
  return {
    patients: groups.size,
    cleared: (thresholds: Thresholds) =>
      groups.size - not((exam) => outcomeAt(exam, thresholds) === 'recall'),
    referred: (thresholds: Thresholds) => not((exam) => outcomeAt(exam, thresholds) !== 'refer'),
  };
}

interface Weighed {
  readonly chosen: ChosenThresholds;
  /** Compared one after the other: greater is better. */
  readonly worth: readonly number[];
}

function isBetter(a: Weighed, b: Weighed | null): boolean {
  if (b === null) return true;
  const differing = a.worth.findIndex((value, index) => value !== b.worth[index]);
  return differing !== -1 && (a.worth[differing] as number) > (b.worth[differing] as number);
}

/** Says what a choice is worth, or `null` where it does not keep what it must. */
type Weigh = (common: number) => Weighed | null;

function weighMisses(
  cohorts: readonly PolicyCohort[],
  aim: PolicyAim & { kind: 'miss' },
  options: ChooseOptions,
): Weigh {
  const [first] = cohorts as readonly [PolicyCohort];
  const limits = missLimits(cohorts, aim, options);
  const any = limits.filter(({ disease }) => disease === null);
  const healthy = healthyOf(first);
  const sick = first.exams.filter((exam) => hasDisease(exam, null));
  return (common) => {
    const thresholds = thresholdsAt(common, first.labels.length, limits);
    if (thresholds === null) return null;
    if (limits.some(({ exams, allowed }) => countMissed(exams, thresholds) > allowed)) return null;
    const worth = [healthy.cleared(thresholds), -countMissed(sick, thresholds), common];
    return any.length === 0 ? null : { chosen: { common, thresholds }, worth };
  };
}

function weighHealthy(
  cohort: PolicyCohort,
  aim: Exclude<PolicyAim, { kind: 'miss' }>,
  options: ChooseOptions,
): Weigh {
  const healthy = healthyOf(cohort);
  const sick = cohort.exams.filter((exam) => hasDisease(exam, null));
  const sickPatients = groupsOf(sick).size;
  let allowed = Number.POSITIVE_INFINITY;
  if (aim.kind === 'referred') {
    allowed = allowedMisses(healthy.patients, aim.healthy, options.confidence);
    if (allowed === -1 && options.lenient !== true) {
      const needed = neededPatients(aim.healthy, options.confidence);
      throw new TooFewPatientsError('no disease', cohort.name, { patients: healthy.patients, needed });
    }
    allowed = Math.max(0, allowed);
  }
  return (common) => {
    const thresholds = new Float64Array(cohort.labels.length).fill(common);
    if (healthy.referred(thresholds) > allowed) return null;
    const missed = countMissed(sick, thresholds);
    const gain = healthy.cleared(thresholds) / healthy.patients - missed / sickPatients;
    const worth = aim.kind === 'referred' ? [-missed, healthy.cleared(thresholds)] : [gain];
    return { chosen: { common, thresholds }, worth: [...worth, -common] };
  };
}

/** Moves thresholds between the scores, to the plainest number that judges every exam as before. */
function withPlainNumbers(
  { common, thresholds }: ChosenThresholds,
  cohorts: readonly PolicyCohort[],
): ChosenThresholds {
  const below = (threshold: number, labels: readonly number[]): number =>
    Math.max(
      0,
      ...cohorts.flatMap(({ exams }) =>
        exams.flatMap(({ scores }) =>
          labels.map((label) => scores[label] as number).filter((score) => score < threshold),
        ),
      ),
    );
  const places = [...thresholds.keys()];
  const shared = places.filter((label) => thresholds[label] === common);
  const plain = plainNumber(below(common, shared), common);
  return {
    common: plain,
    thresholds: thresholds.map((threshold, label) =>
      threshold === common ? plain : plainNumber(below(threshold, [label]), threshold),
    ),
  };
}

/**
 * Chooses thresholds for an aim. All diseases share one threshold on the calibrated probability, and a disease with a
 * limit of its own has a lower one where the common one would miss too many of it. Of all such thresholds the best by
 * the aim are taken: those that clear most of the first cohort's healthy while every limit holds in every cohort.
 *
 * One threshold, and a few lower ones, are little to choose, so that what holds among these patients holds among
 * others. A threshold for each finding, chosen freely, clears more here and less elsewhere (docs/operating-points.md).
 *
 * @param cohorts the first is the one whose healthy are to be cleared; all have the same `labels`
 * @throws TooFewPatientsError if there are too few patients to promise a limit, unless `lenient`
 * @throws PolicyError if no cohort speaks of a disease, or the healthy cannot be told from the sick at all
 * @example
 * chooseThresholds([kept], { kind: 'miss', any: 0.1, diseases: new Map([['amd', 0.1]]) }, { confidence: 0.8 })
 */
export function chooseThresholds(
  cohorts: readonly [PolicyCohort, ...PolicyCohort[]],
  aim: PolicyAim,
  options: ChooseOptions,
): ChosenThresholds {
  const [first] = cohorts;
  const weigh = aim.kind === 'miss' ? weighMisses(cohorts, aim, options) : weighHealthy(first, aim, options);
  const candidates = candidatesOf(aim.kind === 'miss' ? cohorts : [first]);
  let best: Weighed | null = null;
  for (const common of candidates) {
    const weighed = weigh(common);
    if (weighed !== null && isBetter(weighed, best)) best = weighed;
  }
  if (best === null) {
    throw new PolicyError(
      `No threshold keeps the aim in "${first.name}": more of the healthy than it allows have a probability of 1. Calibrate the heads: retclip heads fit`,
    );
  }
  return withPlainNumbers(best.chosen, cohorts);
}
