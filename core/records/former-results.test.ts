import { describe, expect, it } from 'vitest';
import { applyResult } from '../exams/apply-result.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamResult } from '../exams/exam-result.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import { EXAM, outputOf, receivedImage, TERMS } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import {
  droppedResults,
  formerResultKey,
  formerResultsOf,
  formerResultsOfPatient,
  keepFormerResults,
  listFormerResults,
} from './former-results.ts';

const NOW = new Date('2026-05-01T10:00:00Z');

function screened(): ExamRecord & { readonly result: ExamResult } {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  const record = requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
  if (record.request === null) throw new Error('Expected a request.');
  const output = outputOf(record.request);
  const findings = output.findings.map((finding) => ({ ...finding, positive: true }));
  const { record: after } = applyResult(record, { ...output, findings, outcome: 'refer', policy: 'p' }, NOW);
  if (after.result === null) throw new Error('Expected a result.');
  return { ...after, result: after.result };
}

const RECORD = screened();
const result = (change: Partial<ExamResult>): ExamResult => ({ ...RECORD.result, ...change });

it('lie under their exam, by the request that they answer', () => {
  expect(formerResultKey(EXAM, '3f9c')).toBe('results/north/P1/2026-05-01/3f9c.json');
  expect(formerResultsOf(EXAM)).toBe('results/north/P1/2026-05-01/');
  expect(formerResultsOfPatient('north', 'P1')).toBe('results/north/P1/');
});

describe('what a change drops', () => {
  it('is the result that another takes the place of, or that goes', () => {
    const other = { ...RECORD, result: result({ requestId: 'r2' }) };
    expect(droppedResults(RECORD, other)).toEqual([RECORD.result]);
    expect(droppedResults(RECORD, { ...RECORD, result: null })).toEqual([RECORD.result]);
  });

  it.each([
    ['request', { requestId: 'r2' }],
    ['policy', { policy: 'q' }],
    ['instant', { screenedAt: '2026-05-02T12:00:00.000Z' }],
    ['outcome', { outcome: 'recall' as const }],
  ])('is a result of another %s', (_, change) => {
    expect(droppedResults(RECORD, { ...RECORD, result: result(change) })).toHaveLength(1);
  });

  it('is nothing where the answer stays, or there was none', () => {
    const marked = { ...RECORD, result: result({ flags: ['another'] }) };
    expect(droppedResults(RECORD, marked)).toEqual([]);
    expect(droppedResults({ ...RECORD, result: null }, RECORD)).toEqual([]);
    expect(droppedResults(undefined, RECORD)).toEqual([]);
  });

  it('is what a former record carried as well, the oldest first', () => {
    const [newer, older] = [result({ requestId: 'r1' }), result({ requestId: 'r0' })];
    const before = { ...RECORD, formerResults: [newer, older] };
    expect(droppedResults(before, { ...RECORD, result: null })).toEqual([older, newer, RECORD.result]);
  });
});

describe('the list of them', () => {
  it('is the newest first, each once, by when it was re-scored or screened', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const at = (day: number) => `2026-04-0${day}T12:00:00.000Z`;
    const first = result({ requestId: 'c', screenedAt: at(1) });
    const second = result({ requestId: 'a', screenedAt: at(2) });
    const rescored = { job: 'j', at: at(4) };
    const last = result({ requestId: 'b', screenedAt: at(1), rescored });
    const carried = result({ requestId: 'd', screenedAt: at(3) });
    await keepFormerResults(objects, EXAM, [last, first, second, first]);
    await keepFormerResults(objects, { ...EXAM, exam: '2025-05-01' }, [result({ requestId: 'e' })]);
    const record = { ...RECORD, formerResults: [carried, first] };
    const listed = await listFormerResults(objects, record);
    expect(listed.map(({ requestId }) => requestId)).toEqual(['b', 'd', 'a', 'c']);
    expect(listed[0]).toEqual(last);
    const head = await objects.head(formerResultKey(EXAM, 'a'));
    expect(head?.contentType).toBe('application/json');
  });

  it('leaves out the present one, which a lost change may have kept', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await keepFormerResults(objects, EXAM, [RECORD.result]);
    expect(await listFormerResults(objects, RECORD)).toEqual([]);
    expect(await listFormerResults(objects, { ...RECORD, result: null })).toEqual([RECORD.result]);
  });

  it('goes on beyond one page', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const many = Array.from({ length: 103 }, (_, index) => result({ requestId: `many-${index}` }));
    await keepFormerResults(objects, EXAM, many);
    expect(await listFormerResults(objects, RECORD)).toHaveLength(103);
  });
});
