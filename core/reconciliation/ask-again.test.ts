import { describe, expect, it } from 'vitest';
import { announcementOf, examCheckOf } from './ask-again.ts';

describe('intake is asked again', () => {
  it('to look at an exam as after its longest pairing window, and at nothing else that is known of it', () => {
    const exam = { program: 'north', patient: 'P1', exam: '2026-05-01', left: 'a left eye' };
    const { body, ...rest } = examCheckOf(exam);
    expect(rest).toEqual({ group: 'north' });
    expect(JSON.parse(body)).toEqual({
      ...{ schema: 'exam-check/1', reason: 'pairing-window', waitedSeconds: 900 },
      exam: { program: 'north', patient: 'P1', exam: '2026-05-01' },
    });
  });

  it.each([
    ['v1', 'north', { versionId: 'v1' }, { group: 'north' }],
    [null, undefined, {}, {}],
  ])('to take version %s of an object of %s, named as S3 names it', (versionId, group, version, rest) => {
    const key = 'images/north/P1/schräg & 右/+left.jpg';
    const { body, ...more } = announcementOf(key, versionId, group);
    expect(more).toEqual(rest);
    const named = 'images%2Fnorth%2FP1%2Fschr%C3%A4g+%26+%E5%8F%B3%2F%2Bleft.jpg';
    expect(JSON.parse(body)).toEqual({
      Records: [{ eventName: 'ObjectCreated:Reconciled', s3: { object: { key: named, ...version } } }],
    });
  });
});
