import { NORMAL } from '../../core/exams/finding.ts';
import { LATERALITIES } from '../../core/exams/laterality.ts';
import { measuredRule } from '../../core/exams/measured-rule.ts';
import { isReferral } from '../../core/exams/outcome.ts';
import type { Head } from '../../core/heads/head.ts';
import {
  type DecisionInput,
  decideOutcome,
  type OutcomePolicy,
  speaksOfDisease,
} from '../../core/policies/index.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { type FeaturesFile, type LabelTable, POSITIVE, UNKNOWN } from '../cohort/index.ts';
import { LabelIndex } from '../cohort/label-index.ts';
import { CohortError } from '../errors.ts';
import { assessExams } from './assess-exams.ts';
import { PolicyError } from './errors.ts';
import type { PolicyCohort, PolicyExam } from './policy-cohort.ts';

/** A cohort with what a policy decides it by. */
export interface AssessedCohort extends PolicyCohort {
  /** Of each exam, what the pipeline knows of it. */
  readonly inputs: readonly DecisionInput[];
  /** Labels of patients whose exams have no features, and their lines. */
  readonly withoutFeatures: readonly { readonly item: string; readonly line: number }[];
  /** Exams of which nothing is known. */
  readonly withoutLabels: number;
  /** Of a cohort of two fields: exams that were left out, since an eye has no gradable photograph of the disc. */
  readonly withoutDisc: number;
  /** How several images of an eye were read; `null` where each has one. */
  readonly rule: string | null;
}

/** @throws PolicyError if thresholds alone do not say what a rule refers */
function refuseMinimums({ rules }: OutcomePolicy): void {
  const rule = rules.find(
    ({ minimumProbability, outcome }) => minimumProbability !== undefined && isReferral(outcome),
  );
  if (rule === undefined) return;
  throw new PolicyError(
    `The rule for "${rule.label}" refers from a probability of ${rule.minimumProbability} on, whatever the threshold. Take minimumProbability out of the rules: a threshold does the same.`,
  );
}

/** Labels of which a positive finding refers by a policy, as some heads name them, each once. */
export function diseaseLabels(policy: OutcomePolicy, heads: readonly Head[]): string[] {
  const labels = heads.flatMap((head) =>
    head.labels
      .map(({ name }) => name)
      .filter((label) =>
        (['left', 'right', 'patient'] as const).some((level) =>
          speaksOfDisease(policy, { head: head.name, label, level }),
        ),
      ),
  );
  return [...new Set(labels)];
}

/** Whether the patient is to be referred: any disease is present; not if `normal` says so, or no disease is. */
function referableOf(values: readonly number[], names: readonly string[]): PolicyExam['referable'] {
  const diseases = values.filter((_value, place) => names[place] !== NORMAL);
  if (diseases.includes(POSITIVE)) return 1;
  const normal = names.indexOf(NORMAL);
  if (normal !== -1) return values[normal] === POSITIVE ? 0 : -1;
  return diseases.includes(UNKNOWN) ? -1 : 0;
}

/** An exam without any positive finding. */
function withoutFindings(input: DecisionInput): DecisionInput {
  return {
    ...input,
    findings: input.findings.map((finding) => ({ ...finding, probability: 0, threshold: 1 })),
  };
}

function scoresOf(
  policy: OutcomePolicy,
  { findings }: DecisionInput,
  labels: readonly string[],
): Float64Array {
  const scores = new Float64Array(labels.length);
  for (const finding of findings) {
    const place = labels.indexOf(finding.label);
    if (place === -1 || !speaksOfDisease(policy, finding)) continue;
    scores[place] = Math.max(scores[place] as number, finding.probability);
  }
  return scores;
}

export interface CohortSource {
  readonly bundle: Bundle;
  readonly features: FeaturesFile;
  /** Features of the same exams' photographs of the disc: the cohort is then one of two fields. */
  readonly discs?: FeaturesFile | undefined;
  readonly labels: LabelTable;
  /** The part to take, where the labels have splits. */
  readonly split?: string;
  readonly heads: readonly Head[];
  /** Whose rules say what is referred. Its thresholds do not count. */
  readonly policy: OutcomePolicy;
}

/** Rows of the exams in the other file, in which every eye that is gradable here is gradable too; `undefined` elsewhere. */
function discRows(features: FeaturesFile, discs: FeaturesFile): (number | undefined)[] {
  const nameOf = ({ patient, exam }: { readonly patient: string; readonly exam: string }) =>
    JSON.stringify([patient, exam]);
  const rows = new Map(discs.exams.map((exam, row) => [nameOf(exam), row]));
  return features.exams.map((exam, row) => {
    const disc = rows.get(nameOf(exam));
    if (disc === undefined) return undefined;
    const isPaired = LATERALITIES.every(
      (eye) => features.eyeState(row, eye) !== 'gradable' || discs.eyeState(disc, eye) === 'gradable',
    );
    return isPaired ? disc : undefined;
  });
}

/**
 * Brings a cohort's features and labels together, as a policy sees them. A patient is to be referred if any label but
 * `normal` is 1; healthy if `normal` is 1 or, without such a column, every label is 0; else it is not known. Of labels of
 * eyes the worse eye's count.
 *
 * @throws CohortError if nothing is left, or the features file was made without the quality gate
 * @throws PolicyError if the policy's rules ask for more than a threshold
 */
export async function assessCohort(source: CohortSource): Promise<AssessedCohort> {
  const { bundle, features, discs, labels, split, heads } = source;
  const policy = { ...source.policy, thresholds: [] };
  refuseMinimums(policy);
  if (labels.kind !== 'labels') {
    throw new CohortError(
      `"${labels.path}" has classes. A policy needs a column of 0 and 1 for each disease.`,
    );
  }
  const rows = split === undefined ? labels.rows : labels.rows.filter((row) => row.split === split);
  const index = new LabelIndex(labels, rows);
  const paired = discs === undefined ? undefined : discRows(features, discs);
  let withoutDisc = 0;
  const labelled = features.exams.flatMap((exam, row) => {
    const sent = (['left', 'right'] as const).filter((eye) => features.eyeState(row, eye) !== null);
    const known = index.find(exam, null, sent);
    return known === null ? [] : [{ row, exam, known }];
  });
  const found = labelled.filter(({ row }) => {
    const isLeftOut = paired !== undefined && paired[row] === undefined;
    if (isLeftOut) withoutDisc += 1;
    return !isLeftOut;
  });
  if (found.length === 0 && withoutDisc > 0) {
    throw new CohortError(
      `No exam of "${features.path}" has a gradable photograph of the disc in "${discs?.path}" for each of its eyes: do patients and exams have the same names in both?`,
    );
  }
  if (found.length === 0) {
    throw new CohortError(
      `No exam of "${features.path}" has a label in "${labels.path}"${split === undefined ? '' : `, split "${split}"`}: do patients and exams have the same names in both?`,
    );
  }
  const inputs = await assessExams(
    bundle,
    features,
    found.map(({ row }) => row),
    heads,
    discs && { file: discs, rows: found.map(({ row }) => paired?.[row] ?? 0) },
  );
  const names = diseaseLabels(policy, heads);
  const diseases = labels.names.filter((name) => name !== NORMAL);
  const groups = new Map<string, number>();
  const exams = found.map(({ exam, known }, place): PolicyExam => {
    const input = inputs[place] as DecisionInput;
    const { group } = known.of;
    groups.set(group, groups.get(group) ?? groups.size);
    return {
      ...exam,
      group: groups.get(group) as number,
      scores: scoresOf(policy, input, names),
      otherwise: decideOutcome(policy, withoutFindings(input)).outcome,
      truth: Int8Array.from(known.values.filter((_value, label) => labels.names[label] !== NORMAL)),
      referable: referableOf(known.values, labels.names),
    };
  });
  const examined = new Set(features.exams.map(({ patient }) => patient));
  return {
    name: labels.path,
    labels: names,
    diseases,
    groups: [...groups.keys()],
    exams,
    inputs,
    withoutFeatures: rows
      .filter(({ patient }) => !examined.has(patient))
      .map(({ patient, line }) => ({ item: patient, line })),
    withoutLabels: features.exams.length - labelled.length,
    withoutDisc,
    rule: discs === undefined ? null : measuredRule(2),
  };
}
