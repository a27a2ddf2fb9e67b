import { expect, it } from 'vitest';
import { applyResult } from '../exams/apply-result.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import { DEFAULT_REVIEW_SETTINGS } from '../exams/review-settings.ts';
import { decideOutcome } from '../policies/decide-outcome.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from '../policies/outcome-policy.ts';
import { imageVersion, outputOf, receivedImage, TERMS } from '../testing/records.ts';
import { addDoubt } from './add-doubt.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const LATER = new Date('2026-05-02T10:00:00Z');
const LEFT = imageVersion('left', 1).sha256;
const settings = (change: Partial<OutcomePolicy> = {}) => ({
  captureProtocol: 'one-field' as const,
  policy: { ...DEFAULT_POLICY, ...change },
  review: DEFAULT_REVIEW_SETTINGS,
});

function requested(): ExamRecord {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  return requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
}

function screened(): ExamRecord {
  const record = requested();
  if (record.request === null) throw new Error('Expected a request.');
  const output = outputOf(record.request);
  const findings = output.findings.map((finding) => ({ ...finding, probability: 0.1 }));
  const decision = decideOutcome(DEFAULT_POLICY, { ...output, findings });
  const result = { ...output, findings: [...decision.findings], outcome: decision.outcome, policy: 'p' };
  return applyResult(record, result, NOW).record;
}

it('is noted at the image that it is about, once', () => {
  const once = addDoubt(requested(), LEFT, 'whose?', settings(), LATER);
  expect(once.images.map(({ laterality, doubts }) => [laterality, doubts])).toEqual([
    ['left', ['whose?']],
    ['right', undefined],
  ]);
  expect(once.status).toBe('screening');
  expect(once.updatedAt).toBe(LATER.toISOString());
  expect(addDoubt(once, LEFT, 'whose?', settings(), LATER)).toBe(once);
});

it('about a content that the exam does not have changes nothing', () => {
  const record = requested();
  expect(addDoubt(record, 'f'.repeat(64), 'whose?', settings(), LATER)).toBe(record);
});

it('flags an answer and leaves its outcome, where the policy only flags', () => {
  const { result, status } = addDoubt(screened(), LEFT, 'whose?', settings(), LATER);
  expect(status).toBe('screened');
  expect(result).toMatchObject({ outcome: 'recall', flags: ['research-use-only', 'identity-doubt'] });
});

it.each(['ungradable', 'refer'] as const)('makes an answer %s where the policy says so', (identityDoubt) => {
  const { result, reading } = addDoubt(screened(), LEFT, 'whose?', settings({ identityDoubt }), LATER);
  expect(result?.outcome).toBe(identityDoubt);
  expect(result?.reasons).toEqual([{ outcome: identityDoubt, because: 'identity-doubt', doubt: 'whose?' }]);
  // Two weeks from the screening of the records, noon on the first of May.
  expect(reading?.dueAt).toBe('2026-05-15T12:00:00.000Z');
});

it('keeps the first five doubts of an image, each of 200 signs at most', () => {
  const doubts = ['1', '2', '3', '4', '5'.repeat(201), '6'];
  const record = doubts.reduce((exam, doubt) => addDoubt(exam, LEFT, doubt, settings(), LATER), requested());
  expect(record.images[0]?.doubts).toEqual(['1', '2', '3', '4', '5'.repeat(200)]);
});

it('leaves the answer that an exam had before while it is screened again', () => {
  const { result } = screened();
  const again: ExamRecord = { ...screened(), status: 'screening' };
  const doubted = addDoubt(again, LEFT, 'whose?', settings({ identityDoubt: 'refer' }), LATER);
  expect(doubted.result).toEqual(result);
  expect(doubted.images[0]?.doubts).toEqual(['whose?']);
});
