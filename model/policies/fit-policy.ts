import { isReferral, type Outcome } from '../../core/exams/outcome.ts';
import { type Head, headId } from '../../core/heads/head.ts';
import { decideOutcome, type OutcomePolicy, policyId, speaksOfDisease } from '../../core/policies/index.ts';
import type { AssessedCohort } from './assessed-cohort.ts';
import { type ChosenThresholds, chooseThresholds } from './choose-thresholds.ts';
import { type CrossFitOptions, crossFit } from './cross-fit.ts';
import { PolicyError } from './errors.ts';
import { expectedCounts, type Population } from './expected-counts.ts';
import { missLimits } from './miss-limit.ts';
import { operatingPoint } from './operating-point.ts';
import { aimText, type PolicyAim } from './policy-aim.ts';
import { healthyGroups, outcomeAt, type PolicyCohort } from './policy-cohort.ts';
import type { KeptLimit, PolicyFitReport } from './policy-report.ts';

export interface FitPolicyOptions extends Omit<CrossFitOptions, 'lenient'> {
  /** Name of the policy. */
  readonly name: string;
  readonly aim: PolicyAim;
  /** Whose rules are kept; its thresholds are replaced. */
  readonly base: OutcomePolicy;
  readonly heads: readonly Head[];
  /** Id of the bundle. */
  readonly model: string;
  /** Whom to count for. */
  readonly population: Population;
}

/** What comes of a fit. */
export interface FittedPolicy {
  readonly policy: OutcomePolicy;
  readonly report: PolicyFitReport;
}

/**
 * Writes thresholds down for every head that speaks of a label; the base's for other labels, and for another number of fields,
 * stay.
 */
function policyOf(
  { labels, rule }: Pick<AssessedCohort, 'labels' | 'rule'>,
  chosen: ChosenThresholds,
  options: FitPolicyOptions,
): OutcomePolicy {
  const { base, heads, name } = options;
  const speaks = (head: string, label: string): boolean =>
    (['left', 'right', 'patient'] as const).some((level) => speaksOfDisease(base, { head, label, level }));
  const own = heads.flatMap((head) =>
    head.labels.flatMap(({ name: label }) => {
      const threshold = chosen.thresholds[labels.indexOf(label)];
      if (threshold === undefined || !speaks(head.name, label)) return [];
      return [
        { head: head.name, headId: headId(head), label, ...(rule === null ? {} : { rule }), threshold },
      ];
    }),
  );
  const placeOf = ({ head, label, rule: by = '' }: OutcomePolicy['thresholds'][number]) =>
    `${head} ${label} ${by}`;
  const replaced = new Set(own.map(placeOf));
  const kept = base.thresholds.filter((threshold) => !replaced.has(placeOf(threshold)));
  return { ...base, schema: 'outcome-policy/2', name, thresholds: [...own, ...kept] };
}

/** Outcomes of a cohort's exams by a policy, as the pipeline decides them. */
export function decidedOutcomes(
  policy: OutcomePolicy,
  { inputs }: Pick<AssessedCohort, 'inputs'>,
): Outcome[] {
  return inputs.map((input) => decideOutcome(policy, input).outcome);
}

/** @throws PolicyError if a cohort says nothing about the aim: without sick, or without healthy patients */
function refuseOneSided({ name, exams }: PolicyCohort): void {
  const sick = exams.some(({ referable }) => referable === 1);
  if (sick && healthyGroups(exams).size > 0) return;
  throw new PolicyError(
    `"${name}" has no patients ${sick ? 'without' : 'with'} disease: what a threshold ${sick ? 'costs' : 'finds'} cannot be seen. Add them, or a column "normal" that says who is healthy.`,
  );
}

/** @throws PolicyError if some cohorts have one photograph an eye and others two fields: no threshold is for both */
function refuseMixedRules(cohorts: readonly AssessedCohort[]): void {
  const [first] = cohorts;
  const other = cohorts.find(({ rule }) => rule !== first?.rule);
  if (other === undefined) return;
  throw new PolicyError(
    `"${first?.name}" and "${other.name}" differ in the fields of their eyes, and thresholds are chosen for one number of fields at a time. Give photographs of the disc for each cohort, or for none.`,
  );
}

/** The policy's outcomes must be those that its thresholds were chosen by. */
function refuseOtherOutcomes(
  cohort: AssessedCohort,
  outcomes: readonly Outcome[],
  chosen: ChosenThresholds,
): void {
  const differs = cohort.exams.findIndex((exam, index) => {
    const decided = outcomes[index] as Outcome;
    return (isReferral(decided) ? 'refer' : decided) !== outcomeAt(exam, chosen.thresholds);
  });
  if (differs === -1) return;
  throw new PolicyError(
    `The pipeline decides ${outcomes[differs]} for patient ${cohort.exams[differs]?.patient} of "${cohort.name}", the fit did not: thresholds are not all that this policy decides by. Report this with the policy's rules.`,
  );
}

function limitsOf(cohort: AssessedCohort, chosen: ChosenThresholds, options: FitPolicyOptions): KeptLimit[] {
  const { aim } = options;
  if (aim.kind !== 'miss') return [];
  const own = new Map([...aim.diseases].filter(([disease]) => cohort.diseases.includes(disease)));
  return missLimits([cohort], { ...aim, diseases: own }, options).map(
    ({ disease, exams, patients, limit, allowed }) => {
      const missed = exams.filter((exam) => outcomeAt(exam, chosen.thresholds) === 'recall');
      return { disease, patients, limit, allowed, missed: new Set(missed.map(({ group }) => group)).size };
    },
  );
}

function shareOfRounds(rounds: readonly Outcome[][], cohort: AssessedCohort, aim: PolicyAim): number | null {
  const kept = rounds.filter((round) => {
    const { sick, healthy } = operatingPoint(cohort, [round]);
    if (aim.kind === 'miss') return (sick.recall?.value ?? 0) <= aim.any;
    return aim.kind === 'referred' && (healthy.referred?.value ?? 0) <= aim.healthy;
  });
  return aim.kind === 'youden' ? null : kept.length / rounds.length;
}

/**
 * Chooses a policy's thresholds by labelled cohorts, for an aim, at patient level: all heads, both eyes and the quality
 * gate together, as the pipeline decides. Figures of the first cohort are of cross-fitting besides: each patient judged
 * by thresholds that were chosen without them.
 *
 * @param cohorts the first is the one whose healthy are to be cleared; limits hold in each
 * @throws TooFewPatientsError if the cohort is too small for a limit
 * @throws PolicyError if the cohort is one-sided or does not speak of a disease
 * @example
 * const { policy } = fitPolicy([kept], { name: 'screening', aim: { kind: 'miss', any: 0.1, diseases: new Map() }, … });
 */
export function fitPolicy(
  cohorts: readonly [AssessedCohort, ...AssessedCohort[]],
  options: FitPolicyOptions,
): FittedPolicy {
  const { aim, confidence, folds, rounds, seed, heads, model, population } = options;
  const [first] = cohorts;
  refuseOneSided(first);
  refuseMixedRules(cohorts);
  const chosen = chooseThresholds(cohorts, aim, { confidence });
  const policy = policyOf(first, chosen, options);
  const judged = cohorts.map((cohort) => {
    const outcomes = decidedOutcomes(policy, cohort);
    refuseOtherOutcomes(cohort, outcomes, chosen);
    return { cohort, outcomes };
  });
  const heldOut = crossFit(cohorts, aim, options);
  return {
    policy,
    report: {
      schema: 'policy-fit/1',
      name: options.name,
      policy: policyId(policy),
      model,
      heads: heads.map((head) => ({ name: head.name, id: headId(head) })),
      aim: aimText(aim),
      confidence,
      threshold: chosen.common,
      thresholds: Object.fromEntries(
        first.labels.map((label, place) => [label, chosen.thresholds[place] as number]),
      ),
      cohorts: judged.map(({ cohort, outcomes }) => ({
        name: cohort.name,
        exams: cohort.exams.length,
        patients: cohort.groups.length,
        limits: limitsOf(cohort, chosen, options),
        chosenOn: operatingPoint(cohort, [outcomes]),
      })),
      heldOut: {
        folds,
        rounds,
        seed,
        figures: operatingPoint(first, heldOut),
        roundsWithinAim: shareOfRounds(heldOut, first, aim),
      },
      population: { ...population, expected: expectedCounts(first, heldOut, population) },
    },
  };
}
