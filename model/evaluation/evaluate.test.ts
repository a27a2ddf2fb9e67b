import { describe, expect, it } from 'vitest';
import { EvaluationError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { LABEL_FIGURES } from './evaluation.ts';
import { ageBand, evaluateGroups } from './groups.ts';
import { RankedScores } from './metrics/index.ts';
import { rowsOf, type ScoredCohort } from './scored-cohort.ts';
import { madeUpCohort } from './testing/made-up-cohort.ts';

const FEW = { resamples: 100 };
const COHORT = madeUpCohort({ patients: 60, names: ['amd', 'glaucoma', 'myopia'], kind: 'labels' });
const GRADES = madeUpCohort({ patients: 60, names: ['grade-0', 'grade-1', 'grade-2'], kind: 'grades' });

describe('an evaluation', () => {
  it('gives every figure of every label within its interval', () => {
    const { labels, macro, cases, patients, classes } = evaluate(COHORT, FEW);
    expect({ cases, patients, classes }).toEqual({ cases: 120, patients: 60, classes: null });
    for (const label of labels) {
      for (const figure of LABEL_FIGURES.filter((name) => name !== 'calibrationError')) {
        const { value, low, high } = label.figures[figure];
        expect(low, figure).toBeLessThanOrEqual(value ?? Number.NaN);
        expect(high, figure).toBeGreaterThanOrEqual(value ?? Number.NaN);
      }
    }
    const areas = labels.map(({ figures }) => figures.auroc.value ?? Number.NaN);
    expect(areas[0]).toBe(new RankedScores(COHORT.truth[0] ?? [], COHORT.probabilities[0] ?? []).auroc());
    expect(macro.auroc.value).toBeCloseTo(areas.reduce((a, b) => a + b, 0) / 3, 12);
  });

  it('is the same again, and has other intervals with another seed', () => {
    const interval = (seed?: number) => evaluate(COHORT, { ...FEW, seed }).macro.auroc;
    expect(evaluate(COHORT, FEW)).toEqual(evaluate(COHORT, FEW));
    expect(interval()).toEqual(interval(1));
    expect(interval(2).low).not.toBe(interval(1).low);
    expect(interval(2).value).toBe(interval(1).value);
  });

  it('has no intervals without resamples', () => {
    expect(evaluate(COHORT, { resamples: 0 }).labels[0]?.figures.auroc).toMatchObject({
      low: null,
      high: null,
    });
  });

  it('leaves cases out of a label that is not known of them, and only of that', () => {
    const truth = COHORT.truth.map((values, label) =>
      values.map((one, row) => (label === 0 && row < 40 ? -1 : one)),
    );
    const { labels } = evaluate({ ...COHORT, truth }, FEW);
    expect(labels.map(({ cases }) => cases)).toEqual([80, 120, 120]);
    const rest = rowsOf(
      COHORT,
      Array.from({ length: 80 }, (_, row) => row + 40),
    );
    expect(labels[0]?.figures.auroc.value).toBe(evaluate(rest, FEW).labels[0]?.figures.auroc.value);
  });

  it.each<[string, number, string]>([
    ['nobody has', 0, 'no case has the label'],
    ['everybody has', 1, 'every case has the label'],
    ['nobody knows of', -1, 'no case is labelled'],
  ])('of a label that %s says why it has no AUROC, and averages the others', (_, one, reason) => {
    const truth = COHORT.truth.map((values, label) => (label === 0 ? values.map(() => one) : values));
    const { labels, macro } = evaluate({ ...COHORT, truth }, FEW);
    expect(labels[0]?.figures.auroc).toEqual({ value: null, low: null, high: null, reason });
    expect(labels[0]?.roc).toBeNull();
    const others = labels.slice(1).map(({ figures }) => figures.auroc.value ?? Number.NaN);
    expect(macro.auroc.value).toBeCloseTo(((others[0] ?? 0) + (others[1] ?? 0)) / 2, 12);
  });

  it('of grades gives kappa, accuracy and who was taken for what', () => {
    const { classes: grades } = evaluate(GRADES, FEW);
    expect(grades?.confusion.flat().reduce((sum, one) => sum + one, 0)).toBe(120);
    const right = grades?.confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0) ?? 0;
    expect(grades?.accuracy.value).toBe(right / 120);
    expect(grades?.quadraticKappa?.value).toBeGreaterThan(0.3);
    const classes = madeUpCohort({ patients: 60, names: ['normal', 'amd'], kind: 'classes' });
    expect(evaluate(classes, FEW).classes?.quadraticKappa).toBeNull();
  });

  it('does not depend on the order of its cases', () => {
    const reversed = rowsOf(
      COHORT,
      COHORT.patients.map((_, row) => COHORT.patients.length - 1 - row),
    );
    const [there, back] = [COHORT, reversed].map((cohort) => evaluate(cohort, FEW));
    expect(back?.labels.map(({ figures }) => figures.f1.value)).toEqual(
      there?.labels.map(({ figures }) => figures.f1.value),
    );
  });

  it.each<[string, ScoredCohort, RegExp]>([
    ['no cases', rowsOf(COHORT, []), /no cases/],
    [
      'a probability that is none',
      { ...COHORT, probabilities: COHORT.probabilities.map((values) => values.map(() => Number.NaN)) },
      /not a number/,
    ],
  ])('of %s is refused', (_, cohort, reason) => {
    expect(() => evaluate(cohort, FEW)).toThrow(reason);
    expect(() => evaluate(cohort, FEW)).toThrow(EvaluationError);
  });
});

describe('groups', () => {
  const attributes = COHORT.patients.map((_, row) => ({
    sex: row % 4 < 2 ? 'Female' : 'Male',
    age: row < 10 ? '' : String(20 + row),
    site: `site ${row}`,
  }));

  it('are measured each by itself, and make up the cohort', () => {
    const groups = evaluateGroups(COHORT, attributes, ['sex', 'age'], FEW);
    expect(groups.map(({ value }) => value)).toEqual([
      'Female',
      'Male',
      'under 40',
      '40–49',
      '50–59',
      '60–69',
      '70–79',
      '80 and over',
      'unknown',
    ]);
    for (const column of ['sex', 'age']) {
      const cases = groups.filter((group) => group.column === column).map((group) => group.cases);
      expect(cases.reduce((a, b) => a + b, 0)).toBe(120);
    }
  });

  it('that are too many to compare are refused', () => {
    expect(() => evaluateGroups(COHORT, attributes, ['site'], FEW)).toThrow(
      /"site" has 120 different values/,
    );
  });

  it.each([
    ['12', 'under 40'],
    ['40', '40–49'],
    ['79.5', '70–79'],
    ['101', '80 and over'],
    ['', 'unknown'],
    ['old', 'unknown'],
    ['-3', 'unknown'],
  ])('of age %j is %j', (age, band) => expect(ageBand(age)).toBe(band));
});
