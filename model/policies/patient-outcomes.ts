import { OUTCOMES, type Outcome } from '../../core/exams/outcome.ts';
import { hasDisease, healthyGroups, type PolicyCohort, type PolicyExam } from './policy-cohort.ts';

/** What became of patients of one kind: of each, the share of `rounds` in which it ended so. */
export interface PatientOutcomes {
  readonly patients: number;
  /** Of each outcome, one share for each patient, 0 to 1. Outcomes that did not occur are left out. */
  readonly shares: ReadonlyMap<Outcome, Float64Array>;
}

/** Of several exams of one patient the outcome that counts: of the sick the least urgent, of the healthy the most. */
const WORST_FIRST = { sick: OUTCOMES, healthy: OUTCOMES.toReversed() };

/** Which patients are meant: those with a disease (`null`: any), or the healthy. */
export type PatientKind = { readonly disease: string | null } | 'healthy';

function examsOf({ exams, diseases }: PolicyCohort, kind: PatientKind): ReadonlySet<PolicyExam> {
  if (kind === 'healthy') {
    const healthy = healthyGroups(exams);
    return new Set(exams.filter(({ group }) => healthy.has(group)));
  }
  const place = kind.disease === null ? null : diseases.indexOf(kind.disease);
  return new Set(place === -1 ? [] : exams.filter((exam) => hasDisease(exam, place)));
}

/**
 * Counts patients of one kind by what becomes of them. A patient with several exams counts once: as missed if any exam
 * with the disease ends as `recall`, as referred without disease if any exam is.
 *
 * @param rounds in each, the outcome of every exam of the cohort, in its order
 */
export function patientOutcomes(
  cohort: PolicyCohort,
  kind: PatientKind,
  rounds: readonly (readonly Outcome[])[],
): PatientOutcomes {
  const wanted = examsOf(cohort, kind);
  const places = new Map<number, number>();
  for (const { group } of wanted) places.set(group, places.get(group) ?? places.size);
  const order: readonly Outcome[] = WORST_FIRST[kind === 'healthy' ? 'healthy' : 'sick'];
  const shares = new Map<Outcome, Float64Array>();
  for (const outcomes of rounds) {
    const worst = new Map<number, Outcome>();
    for (const [index, exam] of cohort.exams.entries()) {
      const outcome = outcomes[index];
      if (!wanted.has(exam) || outcome === undefined) continue;
      const known = worst.get(exam.group);
      if (known === undefined || order.indexOf(outcome) < order.indexOf(known))
        worst.set(exam.group, outcome);
    }
    for (const [group, outcome] of worst) {
      const share = shares.get(outcome) ?? new Float64Array(places.size);
      const place = places.get(group) as number;
      share[place] = (share[place] as number) + 1 / rounds.length;
      shares.set(outcome, share);
    }
  }
  return { patients: places.size, shares };
}

/** Sum over patients of the shares of some outcomes. */
export function countOf({ shares }: PatientOutcomes, ...outcomes: readonly Outcome[]): number {
  return outcomes.reduce(
    (sum, outcome) => sum + (shares.get(outcome)?.reduce((total, share) => total + share, 0) ?? 0),
    0,
  );
}
