import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import type { Outcome } from '../../exams/outcome.ts';
import { requestIdOf, workOf } from '../../exams/request-id.ts';
import type { JobRecord, JobSelection } from '../job-record.ts';
import { modelOf, selects } from './selects.ts';

const KEY = { program: 'north', patient: 'P1', exam: '1' };
const CREATED = '2026-05-01T00:00:00.000Z';
const SCREENED = '2026-05-02T12:00:00.000Z';
const CALLED = '2026-06-01T12:00:00.000Z';

function job(mode: JobRecord['mode'], selection: JobSelection = {}): JobRecord {
  return {
    ...{
      schema: 'job/1',
      program: 'north',
      job: 'j1',
      mode,
      selection,
      createdAt: CALLED,
      createdBy: 'anna',
    },
    ...{ model: 'bundle-1', preprocessing: 'squash-224/1', heads: [{ name: 'odir', id: 'head-1' }] },
    ...{ shadow: false, schedule: null },
  };
}

const waiting = registeredExam(KEY, CREATED);
const screened = (outcome: Outcome = 'refer', at = SCREENED) => screenedExam(waiting, outcome, at);
const both = (record: ExamRecord, selection?: JobSelection) =>
  (['screen', 'rescore'] as const).map((mode) => selects(job(mode, selection), record));

describe('a job without a selection', () => {
  it('takes what was screened, and to screen what is being screened', () => {
    expect(both(screened())).toEqual([true, true]);
    expect(both({ ...screened(), status: 'screening' })).toEqual([true, false]);
    expect(both({ ...waiting, status: 'screening' })).toEqual([true, false]);
    expect(both({ ...waiting, status: 'screened' })).toEqual([true, false]);
  });

  it('leaves alone what waits for its second eye', () => {
    expect(both(waiting)).toEqual([false, false]);
    expect(both({ ...screened(), status: 'registered' })).toEqual([false, false]);
  });

  it('takes what was registered up to the moment that it was called for', () => {
    expect(both({ ...screened(), createdAt: CALLED })).toEqual([true, true]);
    expect(both({ ...screened(), createdAt: '2026-06-01T12:00:00.001Z' })).toEqual([false, false]);
  });
});

describe('a selection', () => {
  it.each<[string, JobSelection, boolean]>([
    ['since its screening', { since: SCREENED }, true],
    ['since after it', { since: '2026-05-02T12:00:00.001Z' }, false],
    ['until its screening', { until: SCREENED }, false],
    ['until after it', { until: '2026-05-02T12:00:00.001Z' }, true],
    ['its outcome', { outcome: 'refer' }, true],
    ['another outcome', { outcome: 'recall' }, false],
    ['its label', { label: { name: 'diabetic-retinopathy', minimumProbability: 0.83 } }, true],
    [
      'its label, more probable',
      { label: { name: 'diabetic-retinopathy', minimumProbability: 0.84 } },
      false,
    ],
    ['another label', { label: { name: 'amd', minimumProbability: 0 } }, false],
    [
      'its label and another outcome',
      { outcome: 'recall', label: { name: 'diabetic-retinopathy', minimumProbability: 0 } },
      false,
    ],
  ])('of %s', (_, selection, isTaken) => {
    expect(both(screened(), selection)).toEqual([isTaken, isTaken]);
  });

  it.each<JobSelection>([
    { since: CREATED },
    { until: CALLED },
    { outcome: 'recall' },
    { label: { name: 'diabetic-retinopathy', minimumProbability: 0 } },
    { dueForRecallAfterDays: 1 },
  ])('by %j takes nothing that has no result', (selection) => {
    expect(selects(job('screen', selection), { ...waiting, status: 'screening' })).toBe(false);
  });

  it('of what is due for recall counts whole days from the screening, of those recalled', () => {
    // Thirty days from 2 May, noon, to 1 June, noon.
    const due = (days: number, outcome: Outcome = 'recall', at = SCREENED) =>
      selects(job('screen', { dueForRecallAfterDays: days }), screened(outcome, at));
    expect([due(29), due(30), due(31)]).toEqual([true, true, false]);
    expect(due(30, 'recall', '2026-05-02T12:00:00.001Z')).toBe(false);
    expect(due(1, 'refer')).toBe(false);
  });

  it('of what this model has not answered tells its photographs and heads by the id of the work', () => {
    const asked = { ...job('rescore', { notScreenedWithModel: true }), contract: 'contract-1' };
    const record = screened();
    const requestId = requestIdOf(record, workOf(record, modelOf(asked), 'contract-1'));
    const answered = { ...record, result: record.result && { ...record.result, requestId } };
    expect(selects(asked, record)).toBe(true);
    expect(selects(asked, answered)).toBe(false);
    expect(selects({ ...asked, heads: [{ name: 'odir', id: 'head-2' }] }, answered)).toBe(true);
    expect(selects({ ...asked, model: 'bundle-2' }, answered)).toBe(true);
    expect(selects({ ...asked, contract: 'contract-2' }, answered)).toBe(true);
    const { contract: _, ...former } = asked;
    expect(selects(former, answered)).toBe(true);
    expect(selects({ ...asked, preprocessing: 'crop-224/1' }, answered)).toBe(true);
    const [left, right] = answered.images;
    if (left === undefined || right === undefined) throw new Error('Expected both eyes.');
    const swapped = [
      { ...left, laterality: right.laterality },
      { ...right, laterality: left.laterality },
    ];
    expect(selects(asked, { ...answered, images: swapped })).toBe(true);
    expect(selects({ ...asked, mode: 'screen' }, { ...answered, status: 'screening' })).toBe(true);
  });
});
