import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { InvalidInputError } from '../errors.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { imagesOfResult } from '../exams/exam-result.ts';
import type { Outcome } from '../exams/outcome.ts';
import type { Review } from '../exams/review.ts';
import { indexEntry, indexOf, listingQuery, workListQuery } from './exam-index.ts';

const KEY = { program: 'north', patient: 'P1', exam: 'E7' };
const CREATED = '2026-05-01T00:00:00.000Z';
const SCREENED = '2026-05-02T12:00:00.000Z';
const DUE = '2026-05-16T08:00:00.000Z';
const READ = '2026-05-03T09:30:00.000Z';

const registered = registeredExam(KEY, CREATED);

function screened(outcome: Outcome, drawn = false): ExamRecord {
  return { ...screenedExam(registered, outcome, SCREENED), reading: { drawn, dueAt: DUE } };
}

function readBy(record: ExamRecord, reader: string, outcome: Outcome): ExamRecord {
  const { result } = record;
  if (result === null) throw new Error('Expected a result.');
  const review: Review = {
    ...{ id: reader, stage: 'first', outcome, reader, note: null, at: READ, since: SCREENED },
    machine: { requestId: result.requestId, outcome: result.outcome },
    images: imagesOfResult(result),
  };
  return { ...record, reviews: [...(record.reviews ?? []), review] };
}

const place = (part: string, at: string) => ({ part, sort: `${at}\u0001P1\u0001E7` });

describe('an exam stands', () => {
  it.each<[string, ExamRecord, { part: string; sort: string }, { part: string; sort: string } | null]>([
    ['that waits', registered, place('registered', CREATED), null],
    [
      'that is screened again',
      { ...screened('refer'), status: 'screening' },
      place('screening', CREATED),
      null,
    ],
    ['to be read', screened('refer'), place('refer', SCREENED), place('first#refer', DUE)],
    ['to be read over', screened('recall', true), place('recall', SCREENED), place('second#recall', CREATED)],
    ['that needs no reading', screened('recall'), place('recall', SCREENED), null],
    [
      'that one reader has agreed with',
      readBy(screened('refer'), 'anna', 'refer'),
      place('refer', SCREENED),
      place('done#refer', READ),
    ],
    // The more urgent opinion holds; the work list goes by the machine's.
    [
      'whose reader disagrees',
      readBy(screened('refer'), 'anna', 'refer-urgent'),
      place('refer-urgent', SCREENED),
      place('second#refer', CREATED),
    ],
    [
      'whose readers disagree',
      readBy(readBy(screened('refer'), 'anna', 'recall'), 'ben', 'refer'),
      place('refer', SCREENED),
      place('arbitration#refer', DUE),
    ],
  ])('%s, in both indexes', (_, record, listing, workList) => {
    expect(indexOf(record)).toMatchObject({ listing, workList });
  });

  it('by an instant in its one form, whatever form it came in', () => {
    const record = registeredExam(KEY, '2026-05-01T02:00:00+02:00');
    expect(indexOf(record).listing).toEqual(place('registered', CREATED));
    expect(() => indexOf(registeredExam(KEY, 'yesterday'))).toThrow(
      'Expected "instant" as ISO 8601 but received "yesterday".',
    );
  });

  it('where it is read again, its listing the outcome behind the stage', () => {
    const { facts } = indexOf(screened('refer'));
    const { sort } = place('', DUE);
    const read = {
      patient: 'P1',
      exam: 'E7',
      at: DUE,
      listing: 'refer',
      machine: 'refer',
      model: 'bundle-1',
    };
    expect(indexEntry('first#refer', sort, facts)).toMatchObject({ part: 'first#refer', sort, facts: read });
    expect(indexEntry('recall', sort, facts).facts.listing).toBe('recall');
  });
});

describe('a query of listings', () => {
  it('names its parts once and in order, newest first unless told, from the first to the last place', () => {
    expect(listingQuery({ listings: ['refer', 'recall', 'refer'], limit: 9 })).toMatchObject({
      ...{ index: 'listing', parts: ['recall', 'refer'], descending: true, from: '0', to: '~' },
    });
    const bounded = { since: '2026-05-01', until: '2026-05-02T02:00:00+02:00' };
    expect(listingQuery({ listings: ['refer'], order: 'oldest-first', ...bounded, limit: 9 })).toMatchObject({
      descending: false,
      from: CREATED,
      to: '2026-05-02T00:00:00.000Z',
    });
  });

  it.each(['since', 'until'])('refuses a bound that is not an instant: %s', (bound) => {
    const query = () => listingQuery({ listings: ['refer'], [bound]: 'soon', limit: 9 });
    expect(query).toThrow(InvalidInputError);
    expect(query).toThrow(`Expected "${bound}" as ISO 8601 but received "soon".`);
  });

  it.each<[string, object, boolean]>([
    ['everything', {}, true],
    ['its first instant', { since: SCREENED }, true],
    ['from later on', { since: '2026-05-02T12:00:00.001Z' }, false],
    ['until its instant', { until: SCREENED }, false],
    ['until behind it', { until: '2026-05-02T12:00:00.001Z' }, true],
    ['its bundle', { where: { model: 'bundle-1' } }, true],
    ['another bundle', { where: { model: 'bundle-2' } }, false],
  ])('holds of a record that is still listed so: %s', (_, request, holds) => {
    const query = (listings: readonly Outcome[]) => listingQuery({ listings, limit: 9, ...request });
    expect(query(['recall', 'refer']).holds(screened('refer'))).toBe(holds);
    expect(query(['recall']).holds(screened('refer'))).toBe(false);
  });
});

describe('a query of the work list', () => {
  it('reads one stage of every outcome asked for, what is due first unless told', () => {
    const query = workListQuery({ stage: 'first', outcomes: ['refer', 'recall', 'refer'], limit: 9 });
    expect(query).toMatchObject({ index: 'work-list', descending: false, from: '0', to: '~' });
    expect(query.parts).toEqual(['first#recall', 'first#refer']);
    expect(workListQuery({ stage: 'done', limit: 9 }).parts).toEqual([
      ...['done#not-assessed', 'done#recall', 'done#refer', 'done#refer-urgent', 'done#ungradable'],
    ]);
    const bounded = { since: '2026-05-01', until: '2026-05-02T02:00:00+02:00' };
    expect(workListQuery({ stage: 'done', order: 'newest-first', ...bounded, limit: 9 })).toMatchObject({
      ...{ descending: true, from: CREATED, to: '2026-05-02T00:00:00.000Z' },
    });
  });

  it.each(['since', 'until'])('refuses a bound that is not an instant: %s', (bound) => {
    const query = () => workListQuery({ stage: 'first', [bound]: 'soon', limit: 9 });
    expect(query).toThrow(`Expected "${bound}" as ISO 8601 but received "soon".`);
  });

  it.each<[string, ExamRecord, boolean]>([
    ['that waits for its first reader', screened('refer'), true],
    ['of an outcome that was not asked for', screened('ungradable'), false],
    ['that was read meanwhile', readBy(screened('refer'), 'anna', 'refer'), false],
    ['that waits for a second reader', readBy(screened('refer'), 'anna', 'recall'), false],
    ['that has no place in it', screened('recall'), false],
    ['of another outcome that was asked for', screened('refer-urgent'), true],
  ])('holds of a record %s: as it stands now', (_, record, holds) => {
    const query = workListQuery({ stage: 'first', outcomes: ['recall', 'refer', 'refer-urgent'], limit: 9 });
    expect(query.holds(record)).toBe(holds);
    const ofOtherBundle = workListQuery({ stage: 'first', where: { model: 'bundle-2' }, limit: 9 });
    expect(ofOtherBundle.holds(record)).toBe(false);
  });
});
