import { describe, expect, it } from 'vitest';
import type { ExamFacts } from './exam-facts.ts';
import { type ExamFilter, fitsFilter } from './exam-filter.ts';

const FACTS: ExamFacts = {
  ...{ patient: 'P1', exam: '2026-05-01', listing: 'refer', at: '2026-05-01T12:00:00.000Z' },
  model: 'm1',
  labels: {
    glaucoma: { positive: true, probabilities: [0.2, 0.8] },
    cataract: { positive: false, probabilities: [0, 1] },
  },
  ungradable: ['out-of-focus'],
  readers: ['Ada'],
  reviewed: 'refer',
  machine: 'recall',
};
const waiting: ExamFacts = { ...FACTS, model: null, machine: null, ungradable: [], readers: [], labels: {} };
const gradable: ExamFacts = { ...FACTS, ungradable: [] };

it('that asks nothing wants every exam', () => {
  expect([fitsFilter(FACTS, {}), fitsFilter(waiting, {})]).toEqual([true, true]);
});

describe('one by label', () => {
  it.each([
    [{ name: 'glaucoma' }, true],
    [{ name: 'cataract', minimum: 0, maximum: 0 }, true],
    [{ name: 'cataract', minimum: 1 }, true],
    [{ name: 'amd' }, false],
    [{ name: 'glaucoma', minimum: 0.8 }, true],
    [{ name: 'glaucoma', minimum: 0.81 }, false],
    [{ name: 'glaucoma', maximum: 0.2 }, true],
    [{ name: 'glaucoma', maximum: 0.19 }, false],
    // One finding has to lie between both: 0.2 is too low and 0.8 too high.
    [{ name: 'glaucoma', minimum: 0.3, maximum: 0.7 }, false],
  ])('%j', (label, fits) => {
    expect(fitsFilter(FACTS, { label })).toBe(fits);
  });
});

const CASES: readonly (readonly [ExamFilter, ExamFacts, boolean])[] = [
  [{ model: 'm1' }, FACTS, true],
  [{ model: 'm2' }, FACTS, false],
  [{ notModel: 'm1' }, FACTS, false],
  [{ notModel: 'm2' }, FACTS, true],
  [{ notModel: 'm1' }, waiting, true],
  [{ gradable: true }, FACTS, false],
  [{ gradable: false }, FACTS, true],
  [{ gradable: true }, gradable, true],
  [{ gradable: false }, gradable, false],
  [{ gradable: true }, waiting, false],
  [{ gradable: false }, waiting, false],
  [{ reason: 'out-of-focus' }, FACTS, true],
  [{ reason: 'out-of-focus' }, gradable, false],
  [{ reviewed: true }, FACTS, true],
  [{ reviewed: false }, FACTS, false],
  [{ reviewed: true }, waiting, false],
  [{ reviewed: false }, waiting, true],
  [{ notReadBy: 'Ada' }, FACTS, false],
  [{ notReadBy: 'Bob' }, FACTS, true],
  [{ machine: 'recall' }, FACTS, true],
  [{ machine: 'refer' }, FACTS, false],
  // All that is asked has to fit.
  [{ model: 'm1', machine: 'recall', reviewed: true }, FACTS, true],
  [{ model: 'm1', machine: 'refer', reviewed: true }, FACTS, false],
];

it.each(CASES)('%j', (filter, facts, fits) => {
  expect(fitsFilter(facts, filter)).toBe(fits);
});
