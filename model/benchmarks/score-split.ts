import type { Head } from '../../core/heads/head.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import type { ScoredCohort } from '../evaluation/scored-cohort.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import type { SplitFeatures } from './embed-benchmark.ts';

/** Truth and findings of one split, as an evaluation takes them. */
export function scoreSplit(set: BenchmarkSet, head: Head, { cases, features }: SplitFeatures): ScoredCohort {
  const scorer = new HeadScorer(head);
  const dimensions = features.length / cases.length;
  const found = cases.map((_, row) =>
    scorer.probabilities(features.subarray(row * dimensions, (row + 1) * dimensions)),
  );
  const names = set.classes.map(({ name }) => name);
  const probabilities = names.map((_, label) => Float64Array.from(found, (row) => row[label] ?? 0));
  const isLabels = set.task === 'labels';
  const truth = names.map((_, label) =>
    Int8Array.from(cases, ({ values }) => (isLabels ? (values[label] ?? 0) : values[0] === label ? 1 : 0)),
  );
  return {
    names,
    thresholds: head.labels.map(({ threshold }) => threshold),
    patients: cases.map(({ patient }) => patient),
    truth,
    probabilities,
    classes: isLabels
      ? null
      : {
          names,
          graded: set.task === 'grades',
          truth: Int16Array.from(cases, ({ values }) => values[0] ?? -1),
          probabilities,
        },
  };
}
