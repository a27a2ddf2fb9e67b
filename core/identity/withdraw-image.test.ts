import { expect, it } from 'vitest';
import { applyResult } from '../exams/apply-result.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import { DEFAULT_REVIEW_SETTINGS } from '../exams/review-settings.ts';
import { DEFAULT_POLICY } from '../policies/outcome-policy.ts';
import { policyId } from '../policies/policy-id.ts';
import { imageVersion, MODEL, outputOf, receivedImage, TERMS } from '../testing/records.ts';
import { type Rescreening, withdrawImage } from './withdraw-image.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const LATER = new Date('2026-05-02T11:00:00Z');
const LEFT = imageVersion('left', 1);
const RIGHT = imageVersion('right', 1);
const WITHDRAWAL = { at: LATER.toISOString(), by: 'Ada', reason: 'another patient' };
const BY: Rescreening = {
  ...TERMS,
  ...{ policy: DEFAULT_POLICY, captureProtocol: 'one-field', review: DEFAULT_REVIEW_SETTINGS },
};

function screened(): ExamRecord {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  const record = requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
  if (record.request === null) throw new Error('Expected a request.');
  const output = outputOf(record.request);
  const findings = output.findings.map((finding) => ({ ...finding, positive: true }));
  return applyResult(record, { ...output, findings, outcome: 'refer', policy: 'p' }, NOW).record;
}

it('asks for the exam to be screened by the image that is left, at once', () => {
  const record = withdrawImage(screened(), LEFT, WITHDRAWAL, BY, LATER);
  expect(record.images.map(({ key, state, withdrawal }) => [key, state, withdrawal])).toEqual([
    [LEFT.key, 'withdrawn', WITHDRAWAL],
    [RIGHT.key, 'current', undefined],
  ]);
  expect(record.status).toBe('screening');
  expect(record.request?.images.map(({ key, laterality }) => [key, laterality])).toEqual([
    [RIGHT.key, 'right'],
  ]);
  expect(record.updatedAt).toBe(LATER.toISOString());
});

it('answers an exam without any image itself, naming both eyes as missing', () => {
  const one = withdrawImage(screened(), LEFT, WITHDRAWAL, BY, LATER);
  const none = withdrawImage(one, RIGHT, WITHDRAWAL, BY, LATER);
  expect(none.status).toBe('screened');
  expect(none.result).toMatchObject({
    outcome: 'ungradable',
    screenedAt: LATER.toISOString(),
    model: 'm1',
    preprocessing: 'squash-bicubic-v1',
    heads: [{ name: 'odir', id: 'h1' }],
    eyes: { left: null, right: null },
    findings: [],
    features: null,
    flags: [
      ...['research-use-only', 'untrained-model', 'left-eye-missing', 'right-eye-missing'],
      'image-withdrawn',
    ],
    runtime: { runtime: 'none', provider: 'none', precision: 'none' },
    policy: policyId(DEFAULT_POLICY),
    reasons: [
      { outcome: 'ungradable', because: 'missing-eye', eye: 'left' },
      { outcome: 'ungradable', because: 'missing-eye', eye: 'right' },
    ],
  });
  expect(none.request).toMatchObject({
    requestId: none.result?.requestId,
    requestedAt: LATER.toISOString(),
    images: [],
    model: MODEL,
  });
  expect(none.result?.requestId).not.toBe(one.request?.requestId);
});

it.each([
  ['of another key', { ...LEFT, key: 'images/north/P1/2026-05-01/left.png' }],
  ['of another version', { ...LEFT, versionId: 'v2' }],
])('of an image %s changes nothing', (_, image) => {
  const record = screened();
  expect(withdrawImage(record, image, WITHDRAWAL, BY, LATER)).toBe(record);
});

it('said twice is done once, and the first word stays', () => {
  const once = withdrawImage(screened(), LEFT, WITHDRAWAL, BY, LATER);
  expect(withdrawImage(once, LEFT, { ...WITHDRAWAL, by: 'Bob' }, BY, LATER)).toBe(once);
});

it('answers without an image as every other answer: by the model that is active and the program’s capture protocol', () => {
  const untrained = { ...BY, model: { ...BY.model, trained: false, heads: [] } };
  const by: Rescreening = { ...untrained, captureProtocol: 'two-field' };
  const none = withdrawImage(
    withdrawImage(screened(), LEFT, WITHDRAWAL, by, LATER),
    RIGHT,
    WITHDRAWAL,
    by,
    LATER,
  );
  expect(none.result).toMatchObject({
    fields: ['macula', 'disc'],
    flags: [
      ...['research-use-only', 'untrained-model', 'features-only', 'left-eye-missing', 'right-eye-missing'],
      'image-withdrawn',
    ],
  });
});
