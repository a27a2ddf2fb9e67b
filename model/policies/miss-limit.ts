import { allowedMisses, neededPatients } from './binomial.ts';
import { PolicyError, TooFewPatientsError } from './errors.ts';
import type { PolicyAim } from './policy-aim.ts';
import { groupsOf, hasDisease, type PolicyCohort, type PolicyExam } from './policy-cohort.ts';

/** How many patients of one kind may be missed in one cohort. */
export interface MissLimit {
  /** `null`: any. */
  readonly disease: string | null;
  /** Which of the cohort's `labels` speaks of the disease; -1 if none does. */
  readonly label: number;
  /** The patients' exams. */
  readonly exams: readonly PolicyExam[];
  readonly patients: number;
  readonly limit: number;
  readonly allowed: number;
}

function limitOf(
  cohort: PolicyCohort,
  disease: string | null,
  limit: number,
  options: { readonly confidence: number; readonly lenient?: boolean },
): MissLimit | null {
  const place = disease === null ? null : cohort.diseases.indexOf(disease);
  if (place === -1) return null;
  const exams = cohort.exams.filter((exam) => hasDisease(exam, place));
  const patients = groupsOf(exams).size;
  const allowed = allowedMisses(patients, limit, options.confidence);
  if (allowed === -1 && options.lenient !== true) {
    const needed = neededPatients(limit, options.confidence);
    throw new TooFewPatientsError(disease ?? 'any disease', cohort.name, { patients, needed });
  }
  const label = disease === null ? -1 : cohort.labels.indexOf(disease);
  return { disease, label, exams, patients, limit, allowed: Math.max(0, allowed) };
}

/**
 * An aim's limits in each cohort. A further cohort that does not speak of a disease has no limit for it.
 *
 * @throws PolicyError if no cohort speaks of a disease
 * @throws TooFewPatientsError if a cohort has too few with it to promise anything, unless `lenient`
 */
export function missLimits(
  cohorts: readonly PolicyCohort[],
  aim: Extract<PolicyAim, { kind: 'miss' }>,
  options: { readonly confidence: number; readonly lenient?: boolean },
): MissLimit[] {
  const wanted: [string | null, number][] = [[null, aim.any], ...aim.diseases];
  return wanted.flatMap(([disease, limit]) => {
    const found = cohorts
      .map((cohort) => limitOf(cohort, disease, limit, options))
      .filter((one) => one !== null);
    if (found.length > 0) return found;
    const known = cohorts.map(({ name, diseases }) => `"${name}" has ${diseases.join(', ')}`);
    throw new PolicyError(`No labels speak of "${disease}": ${known.join('; ')}. Check the name.`);
  });
}

/**
 * The highest threshold, at most the common one, by which no more than allowed are missed of a disease, when every other
 * finding is judged by the common threshold.
 *
 * @returns `null` if no threshold of this disease's findings is low enough
 */
export function ownThreshold({ label, exams, allowed }: MissLimit, common: number): number | null {
  const lowest = new Map<number, number>();
  for (const { scores, group, otherwise } of exams) {
    if (otherwise !== 'recall') continue;
    if (scores.some((score, place) => place !== label && score >= common)) continue;
    const own = label === -1 ? Number.NEGATIVE_INFINITY : (scores[label] as number);
    lowest.set(group, Math.min(own, lowest.get(group) ?? Number.POSITIVE_INFINITY));
  }
  const missed = [...lowest.values()].filter((own) => own < common).sort((a, b) => a - b);
  if (missed.length <= allowed) return common;
  const threshold = missed[allowed] as number;
  return threshold === Number.NEGATIVE_INFINITY ? null : threshold;
}
