import { describe, expect, it } from 'vitest';
import { applyResult } from '../exams/apply-result.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamResult } from '../exams/exam-result.ts';
import type { Finding } from '../exams/finding.ts';
import type { UngradableReason } from '../exams/quality.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import type { Review } from '../exams/review.ts';
import { EXAM, imageVersion, outputOf, receivedImage, TERMS } from '../testing/records.ts';
import { decodeFacts, encodeFacts, factsOf } from './exam-facts.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const finding = (
  level: Finding['level'],
  label: string,
  probability: number,
  positive: boolean,
): Finding => ({
  ...{ level, image: null, head: 'odir', threshold: 0.5 },
  ...{ label, probability, positive },
});

function requested(): ExamRecord {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  return requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
}

function screened(change: (result: ExamResult) => Partial<ExamResult> = () => ({})): ExamRecord {
  const record = requested();
  if (record.request === null) throw new Error('Expected a request.');
  const findings = [
    finding('left', 'glaucoma', 0.2, false),
    finding('right', 'glaucoma', 0.8, true),
    finding('patient', 'glaucoma', 0.3, false),
    finding('patient', 'cataract', 0.1, false),
  ];
  const result: ExamResult = { ...outputOf(record.request), findings, outcome: 'refer', policy: 'p' };
  return applyResult(record, { ...result, ...change(result) }, NOW).record;
}

/** One eye of a result is ungradable, for a reason of its own. */
const ungradable = (eye: 'left' | 'right', reason: UngradableReason) => (result: ExamResult) => {
  const quality = { gradable: false as const, reason, measurements: {} };
  const before = result.eyes[eye];
  return { eyes: { ...result.eyes, [eye]: before && { ...before, quality } } };
};

describe('the facts of an exam', () => {
  it('that waits are where it is listed, and nothing else', () => {
    expect(factsOf(requested())).toEqual({
      ...{ patient: 'P1', exam: '2026-05-01', listing: 'screening', at: '2026-05-01T10:00:00.000Z' },
      ...{ model: null, labels: {}, ungradable: [], readers: [], reviewed: null, machine: null },
    });
  });

  it('that is screened gather the findings by label, positive if any of them is', () => {
    expect(factsOf(screened())).toEqual({
      ...{ patient: 'P1', exam: '2026-05-01', listing: 'refer', at: '2026-05-01T12:00:00.000Z' },
      model: 'm1',
      labels: {
        glaucoma: { positive: true, probabilities: [0.2, 0.8, 0.3] },
        cataract: { positive: false, probabilities: [0.1] },
      },
      ...{ ungradable: [], readers: [], reviewed: null, machine: 'refer' },
    });
  });

  it.each([['left', 'out-of-focus'] as const, ['right', 'too-dark'] as const])(
    'name why its %s eye is ungradable: %s',
    (eye, reason) => {
      expect(factsOf(screened(ungradable(eye, reason))).ungradable).toEqual([reason]);
    },
  );

  it('that was read name its reader and what holds since, and keep what the machine decided', () => {
    const record = screened();
    const { result } = record;
    if (result === null) throw new Error('Expected a result.');
    const review: Review = {
      ...{ id: 'v1', stage: 'first', outcome: 'refer', reader: 'Ada', note: null, since: NOW.toISOString() },
      at: '2026-05-02T10:00:00.000Z',
      machine: { requestId: result.requestId, outcome: 'refer' },
      images: { left: imageVersion('left', 1).sha256, right: imageVersion('right', 1).sha256 },
    };
    const agreed = factsOf({ ...record, reviews: [review] });
    expect(agreed).toMatchObject({ readers: ['Ada'], reviewed: 'refer', machine: 'refer' });
    // One reader against the machine: a second one is waited for, and nothing is decided.
    const alone = factsOf({ ...record, reviews: [{ ...review, outcome: 'recall' }] });
    expect(alone).toMatchObject({ readers: ['Ada'], reviewed: null, machine: 'refer' });
  });
});

describe('facts in the index', () => {
  it.each([
    ['of an exam that waits', requested()],
    ['of a screened exam', screened()],
  ])('%s are read as they were written', (_, record) => {
    const facts = factsOf(record);
    const { patient, exam, listing, at } = facts;
    expect(decodeFacts({ patient, exam, listing, at }, encodeFacts(facts))).toEqual(facts);
  });

  it('have a form of their own, a tenth of the record', () => {
    expect(encodeFacts(factsOf(screened(ungradable('left', 'out-of-focus'))))).toBe(
      '["m1",[["glaucoma",1,0.2,0.8,0.3],["cataract",0,0.1]],["out-of-focus"],[],null,"refer"]',
    );
  });

  it('of before listings were by what holds were decided as they are listed', () => {
    const place = { patient: EXAM.patient, exam: EXAM.exam, at: NOW.toISOString() };
    const former = '["m1",[],[],["Ada"],"recall"]';
    expect(decodeFacts({ ...place, listing: 'refer' }, former)).toMatchObject({
      ...{ machine: 'refer', reviewed: 'recall', readers: ['Ada'] },
    });
    expect(decodeFacts({ ...place, listing: 'screening' }, former).machine).toBeNull();
    expect(decodeFacts({ ...place, listing: 'refer' }, '["m1",[],[],[],null,null]').machine).toBeNull();
  });
});
