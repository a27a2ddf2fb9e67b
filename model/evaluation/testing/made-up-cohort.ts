import { seededIndices } from '../bootstrap/random.ts';
import type { ScoredCohort } from '../scored-cohort.ts';

/** How a made-up cohort is drawn. */
export interface MadeUpOptions {
  readonly patients: number;
  readonly names: readonly string[];
  readonly kind: 'labels' | 'classes' | 'grades';
  /** How far cases with a label score above those without, in deviations of the scores. */
  readonly separation?: number;
  readonly seed?: number;
}

/**
 * Draws findings of patients who do not exist, two eyes each. Labels are true of a third of the patients, classes of
 * equal shares; probabilities follow them with noise.
 */
export function madeUpCohort({
  patients,
  names,
  kind,
  separation = 1.5,
  seed = 3,
}: MadeUpOptions): ScoredCohort {
  const draw = seededIndices(seed);
  const noise = (): number =>
    Array.from({ length: 6 }, () => draw(1e6) / 1e6 - 0.5).reduce((a, b) => a + b, 0);
  const cases = Array.from({ length: 2 * patients }, (_, index) => `P${Math.floor(index / 2)}`);
  const classes = Array.from({ length: patients }, () => draw(names.length));
  const truth = names.map((_, label) => {
    const ofPatient = Array.from({ length: patients }, () => (draw(3) === 0 ? 1 : 0));
    return Int8Array.from(cases.keys(), (index) => {
      const patient = Math.floor(index / 2);
      return kind === 'labels' ? (ofPatient[patient] ?? 0) : classes[patient] === label ? 1 : 0;
    });
  });
  const scores = truth.map((values) => Float64Array.from(values, (one) => separation * one + noise() - 1));
  const sums = cases.map((_, index) =>
    scores.reduce((sum, values) => sum + Math.exp(2 * (values[index] ?? 0)), 0),
  );
  const probabilities = scores.map((values) =>
    values.map((score, index) =>
      kind === 'labels' ? 1 / (1 + Math.exp(-2 * score)) : Math.exp(2 * score) / (sums[index] ?? 1),
    ),
  );
  return {
    names,
    thresholds: names.map(() => 0.5),
    patients: cases,
    truth,
    probabilities,
    classes:
      kind === 'labels'
        ? null
        : {
            names,
            graded: kind === 'grades',
            truth: Int16Array.from(cases.keys(), (index) => classes[Math.floor(index / 2)] ?? -1),
            probabilities,
          },
  };
}
