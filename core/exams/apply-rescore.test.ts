import { describe, expect, it } from 'vitest';
import { outputOf, receivedImage, TERMS } from '../testing/records.ts';
import { applyRescore, applyShadow } from './apply-rescore.ts';
import { applyResult } from './apply-result.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ExamResult, ShadowResult } from './exam-result.ts';
import { receiveImage } from './receive-image.ts';
import { requestScreening } from './request-screening.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const LATER = new Date('2026-05-03T10:00:00Z');

function requested(version = 1): ExamRecord {
  const left = receiveImage(undefined, receivedImage('left', version), NOW, 900);
  return requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
}

function answerTo(record: ExamRecord): ExamResult {
  if (record.request === null) throw new Error('Expected a request.');
  const output = outputOf(record.request);
  const findings = output.findings.map((finding) => ({ ...finding, positive: true }));
  return { ...output, findings, outcome: 'refer', policy: 'p' };
}

const screened = (): ExamRecord => applyResult(requested(), answerTo(requested()), NOW).record;
const BASE = screened().result?.requestId ?? '';

/** A job's answer; jobs are named by when they were called for. */
function rescored(job: string, change: Partial<ExamResult> = {}) {
  const said = { job, at: LATER.toISOString(), from: 'recall' as const };
  return {
    ...answerTo(requested()),
    ...{ requestId: `r-${job}`, outcome: 'recall' as const },
    ...change,
    rescored: said,
  };
}

function shadow(job: string): ShadowResult & { readonly job: string } {
  const at = LATER.toISOString();
  return { job, at, heads: [{ name: 'odir', id: 'h2' }], findings: [], outcome: 'recall', policy: 'q' };
}

describe('a re-scored result', () => {
  it('is the answer from then on, and says which outcome it moved', () => {
    const { fate, record } = applyRescore(screened(), BASE, rescored('j1'), LATER);
    expect(fate).toBe('applied');
    expect(record).toMatchObject({
      status: 'screened',
      updatedAt: LATER.toISOString(),
      result: { requestId: 'r-j1', outcome: 'recall', rescored: { job: 'j1', from: 'refer' } },
    });
    expect(record.result).not.toHaveProperty('shadow');
  });

  it('is written once, and an earlier job does not win over a later one', () => {
    const { record } = applyRescore(screened(), BASE, rescored('j2'), LATER);
    expect(applyRescore(record, BASE, rescored('j2'), LATER)).toEqual({ fate: 'repeated', record });
    expect(applyRescore(record, BASE, rescored('j1'), LATER)).toEqual({ fate: 'superseded', record });
    expect(applyRescore(record, BASE, rescored('j3'), LATER)).toMatchObject({
      fate: 'applied',
      record: { result: { requestId: 'r-j3', rescored: { job: 'j3', from: 'recall' } } },
    });
  });

  it('that is the very answer the exam has only leaves the name of its job', () => {
    const before = screened();
    const same = rescored('j1', { requestId: BASE, policy: 'p', outcome: 'recall' });
    const { fate, record } = applyRescore(before, BASE, same, LATER);
    expect(fate).toBe('same');
    expect(record).toEqual({ ...before, result: { ...before.result, rescored: same.rescored } });
  });

  it.each([
    ['of another request', { requestId: 'r', policy: 'p' }],
    ['by another policy', { requestId: BASE, policy: 'q' }],
  ])('%s is another answer', (_, change) => {
    expect(applyRescore(screened(), BASE, rescored('j1', change), LATER).fate).toBe('applied');
  });

  it('keeps what heads in shadow say', () => {
    const { record } = applyShadow(screened(), BASE, shadow('s1'));
    expect(applyRescore(record, BASE, rescored('j1'), LATER).record.result?.shadow).toEqual(shadow('s1'));
  });
});

describe.each([
  [
    'a re-scored result',
    (record: ExamRecord, base: string | null) => applyRescore(record, base, rescored('j1'), LATER),
  ],
  ['heads in shadow', (record: ExamRecord, base: string | null) => applyShadow(record, base, shadow('j1'))],
])('%s', (_, apply) => {
  it.each([
    ['of an exam that waits for its result', requested(), BASE],
    ['of an exam without a result', { ...screened(), result: null }, BASE],
    ['of former photographs', screened(), 'r-of-former-photographs'],
    ['of an exam that was never asked about', { ...screened(), request: null }, BASE],
  ])('%s comes too late', (__, record, base) => {
    expect(apply(record, base)).toEqual({ fate: 'superseded', record });
  });

  it('of an exam that waits again comes too late, though it has a result', () => {
    const record: ExamRecord = { ...screened(), status: 'screening' };
    expect(apply(record, BASE)).toEqual({ fate: 'superseded', record });
  });
});

describe('heads in shadow', () => {
  it('stand beside the result and change nothing of it', () => {
    const before = screened();
    const { fate, record } = applyShadow(before, BASE, shadow('s1'));
    expect(fate).toBe('applied');
    expect(record).toEqual({ ...before, result: { ...before.result, shadow: shadow('s1') } });
  });

  it('are written once, the later job winning in whichever order they come', () => {
    const { record } = applyShadow(screened(), BASE, shadow('s2'));
    expect(applyShadow(record, BASE, shadow('s2'))).toEqual({ fate: 'repeated', record });
    expect(applyShadow(record, BASE, shadow('s1'))).toEqual({ fate: 'superseded', record });
    expect(applyShadow(record, BASE, shadow('s3'))).toMatchObject({
      fate: 'applied',
      record: { result: { shadow: { job: 's3' } } },
    });
  });

  it('of a new screening win over those without a job', () => {
    const { job: _, ...live } = shadow('s1');
    const before = screened();
    const record = { ...before, result: { ...answerTo(requested()), shadow: live } };
    expect(applyShadow(record, BASE, shadow('s1')).fate).toBe('applied');
  });
});
