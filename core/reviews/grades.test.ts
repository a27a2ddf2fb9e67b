import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { EyeGrade, EyeGrades, Grade } from '../exams/eye-grade.ts';
import { isReferable } from '../exams/eye-grade.ts';
import { DEFAULT_REVIEW_SETTINGS, type ReviewSettings } from '../exams/review-settings.ts';
import { addReview, type Verdict } from './add-review.ts';
import { checkFindingLabels, GradesRefusedError } from './check-grades.ts';
import { reviewLineOf } from './review-line.ts';

const AT = '2026-05-01T10:00:00.000Z';
const KEY = { program: 'north', patient: 'P1', exam: '1' };
const exam = () => screenedExam(registeredExam(KEY, AT), 'refer', AT);
const icdr = (retinopathy: number): Grade => ({ scheme: 'icdr', retinopathy });
const seen = (said: Partial<EyeGrade> = {}): EyeGrade => ({
  ...{ quality: 'gradable', grade: null, oedema: null, findings: [], ...said },
});

function read(
  record: ExamRecord,
  said: Partial<Verdict>,
  settings: Partial<ReviewSettings> = {},
): ExamRecord {
  const verdict: Verdict = { id: 'v1', outcome: 'refer', reader: 'anna', note: null, ...said };
  return addReview(record, verdict, new Date(AT), { ...DEFAULT_REVIEW_SETTINGS, ...settings });
}

describe('grades of the eyes', () => {
  const eyes: EyeGrades = {
    left: seen({ grade: icdr(1), oedema: 'none' }),
    right: seen({ grade: icdr(2), oedema: 'suspected', findings: ['glaucoma'] }),
  };

  it('are kept with the verdict, each eye its own', () => {
    const [verdict] = reviewLineOf(read(exam(), { eyes }))?.verdicts ?? [];
    expect(verdict?.eyes?.left).toEqual({
      ...{ quality: 'gradable', grade: { scheme: 'icdr', retinopathy: 1 }, oedema: 'none', findings: [] },
    });
    expect(verdict?.eyes?.right).toMatchObject({ grade: { retinopathy: 2 }, findings: ['glaucoma'] });
  });

  it('are corrected by a newer verdict, and the former ones stay', () => {
    const first = read(exam(), { eyes });
    const correction = { corrects: 'v1', reason: 'the bleeding is in the left eye' };
    const swapped: EyeGrades = { left: eyes.right, right: eyes.left };
    const [before, after] =
      reviewLineOf(read(first, { id: 'v2', eyes: swapped, correction }))?.verdicts ?? [];
    expect([before?.eyes?.right?.grade, before?.supersededBy]).toEqual([icdr(2), 'v2']);
    expect([after?.eyes?.right?.grade, after?.reason]).toEqual([icdr(1), correction.reason]);
  });

  it('may be left out: the outcome alone is a verdict, as it was before there were grades', () => {
    expect(reviewLineOf(read(exam(), {}))?.verdicts[0]?.eyes).toBeNull();
  });

  it.each<[string, EyeGrades, RegExp]>([
    [
      'by another scheme than the program’s',
      { left: seen({ grade: { scheme: 'r-m', retinopathy: 'R1', maculopathy: 'M0' } }), right: null },
      /left eye is graded by "r-m".*"icdr"/,
    ],
    [
      'of an eye that is ungradable',
      { left: null, right: seen({ quality: 'ungradable', grade: icdr(0) }) },
      /right eye is called ungradable and graded/,
    ],
    [
      'that rule oedema out where nothing can be seen',
      { left: seen({ quality: 'ungradable', oedema: 'none' }), right: null },
      /left eye is called ungradable/,
    ],
    ['with a finding said twice', { left: null, right: seen({ findings: ['amd', 'amd'] }) }, /said twice/],
  ])('are refused %s', (_, wrong, why) => {
    expect(() => read(exam(), { eyes: wrong })).toThrow(GradesRefusedError);
    expect(() => read(exam(), { eyes: wrong })).toThrow(why);
  });

  it('are refused of an eye without a photograph', () => {
    const record = exam();
    const { result } = record;
    if (result === null) throw new Error('no result');
    const oneEyed = { ...record, result: { ...result, eyes: { ...result.eyes, left: null } } };
    expect(() => read(oneEyed, { eyes: { left: seen(), right: null } })).toThrow(/no photograph of the left/);
  });

  it('are demanded of each photographed eye where the program says so; ungradable is an answer', () => {
    const required = { requireGrades: true };
    expect(() => read(exam(), {}, required)).toThrow(/Grade the left eye/);
    const right = seen({ grade: icdr(3) });
    expect(() => read(exam(), { eyes: { left: seen({ oedema: 'none' }), right } }, required)).toThrow(/left/);
    const left = seen({ quality: 'ungradable' });
    expect(read(exam(), { eyes: { left, right } }, required).reviews).toHaveLength(1);
  });

  it.each<[string, EyeGrade]>([
    ['moderate', seen({ grade: icdr(2) })],
    ['oedema', seen({ grade: icdr(0), oedema: 'suspected' })],
    ['ungradable', seen({ quality: 'ungradable' })],
  ])('that contradict a recall (%s) need a note that says why', (_, right) => {
    const said = { outcome: 'recall', eyes: { left: seen({ grade: icdr(0) }), right } } as const;
    expect(() => read(exam(), said)).toThrow(/recall, although.*right eye/);
    expect(() => read(exam(), { ...said, note: '  ' })).toThrow(GradesRefusedError);
    expect(read(exam(), { ...said, note: 'known and treated' }).reviews).toHaveLength(1);
  });

  it('of mild retinopathy are a recall without a word', () => {
    const mild = seen({ grade: icdr(1), oedema: 'none' });
    expect(read(exam(), { outcome: 'recall', eyes: { left: mild, right: mild } }).reviews).toHaveLength(1);
  });

  it('name further findings by labels that a head knows', () => {
    const said = { left: null, right: seen({ findings: ['glaucom'] }) };
    expect(() => checkFindingLabels(said, new Set(['glaucoma', 'amd']))).toThrow(/mean "glaucoma"/);
    expect(() => checkFindingLabels(said, new Set(['glaucom']))).not.toThrow();
  });
});

describe('what asks for an ophthalmologist', () => {
  const rm = (retinopathy: 'R0' | 'R1' | 'R2' | 'R3A' | 'R3S', maculopathy: 'M0' | 'M1') =>
    isReferable(seen({ grade: { scheme: 'r-m', retinopathy, maculopathy } }));

  it('is more than mild retinopathy by the international scale', () => {
    expect([0, 1, 2, 3, 4].map((level) => isReferable(seen({ grade: icdr(level) })))).toEqual([
      ...[false, false, true, true, true],
    ]);
  });

  it('is R2, R3A or M1 by the English one, and not treated disease that is stable', () => {
    expect([rm('R0', 'M0'), rm('R1', 'M0'), rm('R3S', 'M0')]).toEqual([false, false, false]);
    expect([rm('R2', 'M0'), rm('R3A', 'M0'), rm('R0', 'M1')]).toEqual([true, true, true]);
  });
});
