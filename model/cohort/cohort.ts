import type { Laterality } from '../../core/exams/laterality.ts';
import type { HeadFeature } from '../../core/heads/head.ts';
import { CohortError } from '../errors.ts';
import type { CohortRow, FeaturesFile } from './features-file.ts';
import type { CohortExam } from './features-layout.ts';
import { LabelIndex } from './label-index.ts';
import type { LabelRow, LabelTable } from './read-labels.ts';

/** What one row of a cohort's features belongs to: an exam, or one eye of it. */
export interface CohortUnit extends CohortExam, CohortRow {
  readonly eye: Laterality | null;
  /** What must not be torn apart into two folds. */
  readonly group: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * What is known of each unit. Of labels int8 [units, names]: 1 positive, 0 negative, -1 unknown. Of classes int16
 * [units]: the place in `names`, which rise.
 */
export type Targets =
  | { readonly kind: 'labels'; readonly names: readonly string[]; readonly values: Int8Array }
  | { readonly kind: 'classes'; readonly names: readonly string[]; readonly values: Int16Array };

/** What the two files did not have in common. */
export interface LeftOut {
  /** Labels without features, as `P1`, `P1 exam 2`, `P1 left eye`, and their line. */
  readonly withoutFeatures: readonly { readonly item: string; readonly line: number }[];
  /** Units with features of which nothing is known. */
  readonly withoutLabels: number;
}

/** Labels of exams or eyes that have no features. */
function withoutFeatures(rows: readonly LabelRow[], features: FeaturesFile): LeftOut['withoutFeatures'] {
  const name = (patient: string, exam: string | null, eye: string | null): string =>
    JSON.stringify([patient, exam, eye]);
  const known = new Set<string>();
  for (const [row, { patient, exam }] of features.exams.entries()) {
    const eyes = (['left', 'right'] as const).filter((eye) => features.hasEye(row, eye));
    for (const eye of eyes.length === 0 ? [] : [null, ...eyes]) {
      known.add(name(patient, exam, eye)).add(name(patient, null, eye));
    }
  }
  return rows
    .filter(({ patient, exam, eye }) => !known.has(name(patient, exam, eye)))
    .map(({ patient, exam, eye, line }) => ({
      item: [patient, exam && `exam ${exam}`, eye && `${eye} eye`].filter(Boolean).join(' '),
      line,
    }));
}

/** Features and labels of the same exams or eyes, in an order that depends on neither file's. */
export interface Cohort {
  readonly features: FeaturesFile;
  readonly feature: HeadFeature;
  readonly units: readonly CohortUnit[];
  readonly targets: Targets;
  readonly leftOut: LeftOut;
}

export interface CohortOptions {
  readonly feature: HeadFeature;
  /** The part to take, where the labels have splits; all of it unless told. */
  readonly split?: string;
}

/** Eyes that one exam gives rows for; `[null]` for one row of the whole exam. */
function eyesOf(features: FeaturesFile, row: number, feature: HeadFeature): readonly (Laterality | null)[] {
  const has = (eye: Laterality): boolean => features.hasEye(row, eye);
  switch (feature) {
    case 'visual':
      return (['left', 'right'] as const).filter(has);
    case 'left':
    case 'right':
      return [feature].filter(has);
    default:
      return has('left') || has('right') ? [null] : [];
  }
}

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function inOrder(a: CohortUnit, b: CohortUnit): number {
  return before(a.patient, b.patient) || before(a.exam, b.exam) || before(a.eye ?? '', b.eye ?? '');
}

/** @throws CohortError if labels of one kind are asked of features of another */
function refuseOtherLevel(labels: LabelTable, feature: HeadFeature): void {
  const ofEyes = feature === 'visual' || feature === 'left' || feature === 'right';
  if (ofEyes && !labels.byEye) {
    throw new CohortError(
      `Labels "${labels.path}" do not say which eye they are of, but "${feature}" is read from each eye by itself. Add a column "eye", or choose the feature pair or patient.`,
    );
  }
}

/**
 * Brings features and labels together. For `visual`, `left` and `right` a unit is an eye and takes the labels of that
 * eye; for `pair` and `patient` it is an exam and takes the exam's labels or, where only eyes are labelled, the worse
 * eye's: positive if either eye is, of graded classes the higher.
 *
 * @throws CohortError if nothing is left, or labels and feature are not of the same level
 * @example
 * const features = await FeaturesFile.open('features.safetensors');
 * const cohort = joinCohort(features, await readLabels('labels.csv'), { feature: 'pair' });
 * const matrix = await features.read(cohort.feature, cohort.units); // float32 [units, dimensions]
 */
export function joinCohort(features: FeaturesFile, labels: LabelTable, options: CohortOptions): Cohort {
  const { feature, split } = options;
  refuseOtherLevel(labels, feature);
  const rows = split === undefined ? labels.rows : labels.rows.filter((row) => row.split === split);
  if (rows.length === 0) {
    const known = [...new Set(labels.rows.map((row) => row.split ?? 'none'))].join(', ');
    throw new CohortError(`Labels "${labels.path}" have no split "${split}", only: ${known}.`);
  }
  const index = new LabelIndex(labels, rows);
  const labelled: { readonly unit: CohortUnit; readonly values: readonly number[] }[] = [];
  let withoutLabels = 0;
  for (const [row, exam] of features.exams.entries()) {
    const photographed = (['left', 'right'] as const).filter((eye) => features.hasEye(row, eye));
    for (const eye of eyesOf(features, row, feature)) {
      const found = index.find(exam, eye, photographed);
      if (found === null) withoutLabels += 1;
      else labelled.push({ unit: { ...exam, row, eye, ...found.of }, values: found.values });
    }
  }
  if (labelled.length === 0) {
    throw new CohortError(
      `No exam of "${features.path}" has a label in "${labels.path}": do patients and exams have the same names in both?`,
    );
  }
  labelled.sort((a, b) => inOrder(a.unit, b.unit));
  const values = labelled.flatMap((entry) => entry.values);
  return {
    features,
    feature,
    units: labelled.map(({ unit }) => unit),
    targets:
      labels.kind === 'labels'
        ? { kind: 'labels', names: labels.names, values: Int8Array.from(values) }
        : { kind: 'classes', names: labels.names, values: Int16Array.from(values) },
    leftOut: { withoutFeatures: withoutFeatures(rows, features), withoutLabels },
  };
}
