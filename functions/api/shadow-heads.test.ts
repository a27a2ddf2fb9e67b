import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeadReference } from '../../core/activation/active-model.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ScoredFinding } from '../../core/exams/finding.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { MODEL } from '../../core/testing/records.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

const SHADOW = '/v1/programs/north/shadow';
const CHANGE = '/v1/model/shadow';

let run: FunctionRun;
let api: ReturnType<typeof apiClient>;
/** Another version of the live head, and a head of a label that is new. */
let better: HeadReference;
let fresh: HeadReference;

const keyOf = (patient: string): ExamKey => ({ program: 'north', patient, exam: '1' });

function finding(head: string, label: string, probability: number): ScoredFinding {
  return { level: 'patient', image: null, head, label, probability, threshold: 0.5 };
}

/** Uploads an exam and answers its request as a worker does that is asked to try heads. @returns the request */
async function screened(patient: string, live: number, tried: readonly ScoredFinding[], at: string) {
  // Intake looks at what is active every few seconds.
  run.pass(10);
  await run.upload('left', `${patient} left`, keyOf(patient));
  await run.upload('right', `${patient} right`, keyOf(patient));
  await run.deliver('intake');
  const [message] = await run.receive('screening');
  const request = JSON.parse(String(message?.body));
  await run.home.queues.screening.queue.delete(message === undefined ? [] : [message.receipt]);
  const { shadow } = request.model;
  const findings = [finding('odir', 'glaucoma', live)];
  const answer = shadow === undefined ? undefined : { heads: shadow.heads, findings: [...tried] };
  await run.answer(request, { findings, screenedAt: at }, answer);
  await run.deliver('results');
  return request;
}

beforeAll(async () => {
  run = await FunctionRun.open();
  api = apiClient(run);
  better = await storeHead(run.home.objects, drawnHead('odir', 8, ['glaucoma']));
  fresh = await storeHead(run.home.objects, drawnHead('fresh', 8, ['myopia']));
});
afterAll(() => run[Symbol.asyncDispose]());

describe('heads in shadow', () => {
  it('are nobody at first: there is nothing to compare, and nothing to stop', async () => {
    expect((await api.get(SHADOW)).status).toBe(404);
    expect((await api.post(`${CHANGE}/stop`, {})).status).toBe(400);
  });

  it('are asked for by id of the worker, and a result is named as it would be without them', async () => {
    const before = await screened('P0', 0.2, [], '2031-01-01T00:00:00.000Z');
    const { status, body } = await api.post(CHANGE, { heads: [better, fresh] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 'shadow', by: 'operator', to: { heads: MODEL.heads } });

    const request = await screened(
      'P1',
      0.2,
      [finding('odir', 'glaucoma', 0.9), finding('fresh', 'myopia', 0.1)],
      '2031-01-01T00:01:00.000Z',
    );
    expect(request.model.shadow.heads).toEqual([better, fresh]);
    const { requestIdOf } = await import('../../core/exams/request-id.ts');
    expect(request.requestId).toBe(requestIdOf(request.exam, { ...request, model: before.model }));
  });

  it('decide nothing: the outcome is of the live heads, what theirs would be stands beside it', async () => {
    const exam = await run.exam(keyOf('P1'));
    expect(exam?.result).toMatchObject({
      outcome: 'recall',
      heads: MODEL.heads,
      findings: [{ head: 'odir', probability: 0.2 }],
      shadow: { heads: [better, fresh], outcome: 'refer' },
    });
    expect(exam?.result?.shadow?.job).toBeUndefined();
    expect((await run.exam(keyOf('P0')))?.result?.shadow).toBeUndefined();
  });

  it('are compared page by page, over exams that they were tried on', async () => {
    // A live head of another name stays live beside them: its finding counts.
    await screened('P2', 0.8, [finding('odir', 'glaucoma', 0.7)], '2031-01-01T00:02:00.000Z');
    await screened('P3', 0.8, [finding('odir', 'glaucoma', 0.3)], '2031-01-01T00:03:00.000Z');
    let cursor: string | undefined;
    const pages = [];
    do {
      const page = await api.get(`${SHADOW}?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      pages.push(page.body);
      cursor = page.body.cursor;
    } while (cursor !== undefined);
    const { comparisonOf } = await import('../../core/jobs/comparison/comparison.ts');
    const compared = comparisonOf(pages);
    expect(compared.over).toEqual({
      exams: 3,
      from: '2031-01-01T00:01:00.000Z',
      to: '2031-01-01T00:03:00.000Z',
    });
    expect(compared.labels).toMatchObject([
      { label: 'glaucoma', both: 1, onlyLive: 1, onlyShadow: 1, neither: 0 },
      { label: 'myopia', unknownLive: { positive: 0, negative: 1 } },
    ]);
    const { movedBy } = await import('../../core/jobs/reports/job-progress.ts');
    expect(movedBy(pages)).toEqual(
      expect.arrayContaining([
        { from: 'recall', to: 'refer', exams: 1 },
        { from: 'refer', to: 'recall', exams: 1 },
      ]),
    );
  });

  it('leave the shadow when they become live, and a roll-back of that leaves the others there', async () => {
    const promoted = (await api.post('/v1/model/promote', { heads: [better] })).body.to;
    expect(promoted).toMatchObject({ heads: [better], shadow: { heads: [fresh] } });
    const back = (await api.post('/v1/model/rollback', {})).body.to;
    expect(back).toMatchObject({ heads: MODEL.heads, shadow: { heads: [fresh] } });
  });

  it('are stopped by name, or all; what was recorded stays', async () => {
    await api.post(CHANGE, { heads: [better] });
    expect((await api.post(`${CHANGE}/stop`, { names: ['fresh'] })).body.to.shadow.heads).toEqual([better]);
    expect((await api.post(`${CHANGE}/stop`, { names: ['fresh'] })).body.detail).toMatch(/"fresh" is not in/);
    expect((await api.post(`${CHANGE}/stop`, {})).body.to.shadow).toBeUndefined();
    const request = await screened('P4', 0.2, [], '2031-01-01T00:04:00.000Z');
    expect(request.model.shadow).toBeUndefined();
    expect((await run.exam(keyOf('P1')))?.result?.shadow?.outcome).toBe('refer');
  });

  it.each([
    ['a head that is stored nowhere', () => [{ name: 'nowhere', id: 'f'.repeat(64) }], /not stored/],
    ['a head that is live', () => MODEL.heads, /is live|not stored/],
    ['no head', () => [], /heads/],
  ])('are refused: %s', async (_, heads, reason) => {
    const { status, body } = await api.post(CHANGE, { heads: heads() });
    expect(status).toBe(400);
    expect(body.detail).toMatch(reason);
  });
});
