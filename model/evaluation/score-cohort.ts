import type { Head } from '../../core/heads/head.ts';
import { gradeProbabilities } from '../../core/heads/probabilities.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import type { Cohort } from '../cohort/cohort.ts';
import { POSITIVE, UNKNOWN } from '../cohort/read-labels.ts';
import { EvaluationError } from './errors.ts';
import type { ScoredClasses, ScoredCohort } from './scored-cohort.ts';

/** A cohort as a head found it, and what the two did not have in common. */
export interface HeadScores {
  readonly scored: ScoredCohort;
  /** Labels of the head that the labels file does not know. */
  readonly withoutTruth: readonly string[];
  /** Labels of the file that the head does not look for. */
  readonly notLookedFor: readonly string[];
}

/** Rising grades or classes of a head, the lowest grade included. */
function classNames({ kind, labels, lowest }: Head): string[] {
  const names = labels.map(({ name }) => name);
  return kind === 'ordinal' ? [lowest ?? '', ...names] : names;
}

/** @throws EvaluationError naming a class that the head does not know */
function placesInHead(cohort: Cohort, names: readonly string[], head: Head): Int16Array {
  const places = cohort.targets.names.map((name) => names.indexOf(name));
  return Int16Array.from(cohort.targets.values, (value, row) => {
    const place = value === UNKNOWN ? UNKNOWN : (places[value] ?? UNKNOWN);
    if (value !== UNKNOWN && place === UNKNOWN) {
      throw new EvaluationError(
        `Patient ${cohort.units[row]?.patient} is of class "${cohort.targets.names[value]}", which head "${head.name}" does not know. It knows ${names.join(', ')}.`,
      );
    }
    return place;
  });
}

function columns(rows: readonly (readonly number[])[], count: number): Float64Array[] {
  return Array.from({ length: count }, (_, column) =>
    Float64Array.from(rows, (row) => row[column] ?? Number.NaN),
  );
}

/** Truth of classes, and from it that of each label: of an ordinal head, whether its grade is reached. */
function ofClasses(
  cohort: Cohort,
  head: Head,
  found: readonly (readonly number[])[],
  graded: boolean,
): Pick<HeadScores['scored'], 'truth' | 'classes'> {
  const names = classNames(head);
  const truth = placesInHead(cohort, names, head);
  const ordinal = head.kind === 'ordinal';
  const classes: ScoredClasses = {
    names,
    graded: graded || ordinal,
    truth,
    probabilities: columns(ordinal ? found.map(gradeProbabilities) : found, names.length),
  };
  const ofLabel = (place: number): Int8Array =>
    Int8Array.from(truth, (one) => {
      if (one === UNKNOWN) return UNKNOWN;
      return (ordinal ? one > place : one === place) ? 1 : 0;
    });
  return {
    truth: head.labels.map((_, place) => ofLabel(place)),
    classes: head.kind === 'multi-label' ? null : classes,
  };
}

/** Truth of labels, each by itself. */
function ofLabels(cohort: Cohort, head: Head): Int8Array[] {
  const { names, values } = cohort.targets;
  return head.labels.map(({ name }) => {
    const column = names.indexOf(name);
    return Int8Array.from(cohort.units, (_, row) =>
      column === -1 ? UNKNOWN : (values[row * names.length + column] ?? UNKNOWN),
    );
  });
}

/** One-hot labels are classes: exactly one is true of every case. */
function classesOfLabels(truth: readonly Int8Array[], cases: number): Int16Array | null {
  const places = Int16Array.from({ length: cases }, (_, row) => {
    const positives = truth.flatMap((values, label) => (values[row] === POSITIVE ? [label] : []));
    return positives.length === 1 ? (positives[0] ?? UNKNOWN) : UNKNOWN;
  });
  return places.includes(UNKNOWN) ? null : places;
}

/**
 * Scores a cohort by a head, as the screening itself does, and sets truth beside it. The labels' names must be those
 * of the head; classes are compared as classes, and of an ordinal head every label means "this grade or higher".
 *
 * @param features float32 [units, dimensions], of the head's feature
 * @param graded whether classes rise
 * @throws EvaluationError if head and labels have nothing in common, or a class is unknown to the head
 */
export function scoreCohort(
  cohort: Cohort,
  head: Head,
  features: Float32Array,
  { graded = false }: { readonly graded?: boolean } = {},
): HeadScores {
  const { units, targets } = cohort;
  const scorer = new HeadScorer(head);
  const dimensions = features.length / units.length;
  const found = units.map((_, row) =>
    scorer.probabilities(features.subarray(row * dimensions, (row + 1) * dimensions)),
  );
  const names = classNames(head);
  const withoutTruth = names.filter((name) => !targets.names.includes(name));
  const notLookedFor = targets.names.filter((name) => !names.includes(name));
  if (withoutTruth.length === names.length) {
    throw new EvaluationError(
      `Head "${head.name}" finds ${names.join(', ')}, but the labels are ${targets.names.join(', ')}: none is the same. Give the columns or classes the head's names.`,
    );
  }
  if (targets.kind === 'labels' && head.kind === 'ordinal') {
    throw new EvaluationError(
      `Head "${head.name}" finds grades, but the labels are columns of 0 and 1. Name the column of grades with --classes.`,
    );
  }
  const probabilities = columns(found, head.labels.length);
  const shape = {
    names: head.labels.map(({ name }) => name),
    thresholds: head.labels.map(({ threshold }) => threshold),
    patients: units.map(({ group }) => group),
    probabilities,
  };
  if (targets.kind === 'classes') {
    return {
      scored: { ...shape, ...ofClasses(cohort, head, found, graded) },
      withoutTruth,
      notLookedFor,
    };
  }
  const truth = ofLabels(cohort, head);
  const places = head.kind === 'multi-class' ? classesOfLabels(truth, units.length) : null;
  const classes = places && { names: shape.names, graded, truth: places, probabilities };
  return { scored: { ...shape, truth, classes }, withoutTruth, notLookedFor };
}
