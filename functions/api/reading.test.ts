import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { screenedExams } from '../testing/screened-exams.ts';
import type { Caller, Scope } from './caller.ts';

let run: FunctionRun;
const as = (subject: string, ...scopes: Scope[]) =>
  apiClient(run, { subject, programs: ['north'], scopes } satisfies Caller);
const anna = () => as('anna', 'read', 'review');
const ben = () => as('ben', 'review');
const address = (patient: string) => `/v1/programs/north/patients/${patient}/exams/1`;

beforeAll(async () => {
  run = await FunctionRun.open();
  const exams = (['refer', 'refer-urgent', 'refer', 'ungradable'] as const).map(
    (outcome, index) => [{ program: 'north', patient: `P${index}`, exam: '1' }, outcome] as const,
  );
  await screenedExams(run.home.exams, exams);
});
afterAll(() => run[Symbol.asyncDispose]());

describe('the caller', () => {
  it('is told their name, programs and scopes', async () => {
    expect((await ben().get('/v1/caller')).body).toEqual({
      name: 'ben',
      programs: ['north'],
      scopes: ['review'],
    });
    expect((await apiClient(run).get('/v1/caller')).body.programs).toEqual(['*']);
  });
});

describe('an exam as its reader sees it', () => {
  it('has photographs, result and deadline for a first reader, each eye its own', async () => {
    const { status, body, headers } = await ben().get(`${address('P0')}/reading`);
    expect([status, headers.get('etag')]).toEqual([200, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
    expect(body).toMatchObject({
      stage: 'first',
      waitsForCaller: true,
      own: null,
      result: { outcome: 'refer' },
    });
    expect(body.dueAt).toMatch(/^2026-05-15T/);
    const [left, right] = [body.photographs.left, body.photographs.right];
    expect(left).toMatchObject([{ image: expect.stringContaining('/left'), gradable: true, reason: null }]);
    expect(right).toMatchObject([{ image: expect.stringContaining('/right') }]);
  });

  it('tells a second reader nothing that would tell, whatever their scopes', async () => {
    await anna().post(`${address('P1')}/reviews`, { outcome: 'recall', note: 'drusen' });
    for (const client of [ben(), as('carla', 'read', 'review', 'operate', 'admin')]) {
      const { body } = await client.get(`${address('P1')}/reading`);
      expect(body).toEqual({
        ...{ program: 'north', patient: 'P1', exam: '1', stage: 'second', waitsForCaller: true },
        photographs: {
          left: [{ image: expect.any(String), field: null, gradable: null, reason: null }],
          right: [{ image: expect.any(String), field: null, gradable: null, reason: null }],
        },
        ...{ blindedTo: ['machine', 'readers'], dueAt: null, result: null, verdicts: null, own: null },
        grading: { scheme: 'icdr', required: false, labels: [] },
      });
    }
  });

  it('shows a reader their own verdict, and waits for them no more', async () => {
    const { body } = await anna().get(`${address('P1')}/reading`);
    expect(body).toMatchObject({
      ...{ stage: 'second', waitsForCaller: false, result: null },
      own: { outcome: 'recall', note: 'drusen', reader: 'anna' },
    });
  });

  it('keeps the result from who may only review, once nobody is waited for', async () => {
    await anna().post(`${address('P2')}/reviews`, { outcome: 'refer' });
    const seen = async (client: ReturnType<typeof anna>) =>
      (await client.get(`${address('P2')}/reading`)).body;
    expect(await seen(anna())).toMatchObject({ stage: null, result: { outcome: 'refer' } });
    expect(await seen(ben())).toMatchObject({ stage: null, result: null, dueAt: null });
  });

  it('gives the tag by which a verdict over another state is refused', async () => {
    const { headers } = await ben().get(`${address('P3')}/reading`);
    const tag = headers.get('etag') ?? '';
    await anna().post(`${address('P3')}/reviews`, { outcome: 'refer' });
    const late = await ben().post(`${address('P3')}/reviews`, { outcome: 'refer' }, { 'if-match': tag });
    expect(late.status).toBe(412);
  });

  it('is 404 where there is no exam', async () => {
    expect((await anna().get(`${address('nobody')}/reading`)).status).toBe(404);
  });
});

describe('how much waits', () => {
  it('is counted for each reader, by stage', async () => {
    const counts = async (client: ReturnType<typeof anna>) =>
      (await client.get('/v1/programs/north/worklist/counts')).body.stages.map(
        ({ stage, exams, more }: { stage: string; exams: number; more: boolean }) =>
          `${stage} ${exams} ${more}`,
      );
    expect(await counts(ben())).toEqual(['first 1 false', 'second 2 false', 'arbitration 0 false']);
    expect(await counts(anna())).toEqual(['first 1 false', 'second 0 false', 'arbitration 0 false']);
  });

  it('says that there are more where there are', async () => {
    await using many = await FunctionRun.open();
    await screenedExams(
      many.home.exams,
      Array.from({ length: 501 }, (_, index) => [
        { program: 'north', patient: `M${index}`, exam: '1' },
        'refer',
      ]),
    );
    const client = apiClient(many, { subject: 'ben', programs: ['north'], scopes: ['review'] });
    const { body } = await client.get('/v1/programs/north/worklist/counts');
    expect(body.stages[0]).toEqual({ stage: 'first', exams: 500, more: true, blinded: false });
  });

  it('lists second readings by arrival: urgent ones, which are due first, stand where they came', async () => {
    await using other = await FunctionRun.open();
    const outcomes = ['refer', 'refer-urgent', 'refer', 'refer-urgent'] as const;
    await screenedExams(
      other.home.exams,
      outcomes.map((outcome, index) => [{ program: 'north', patient: `S${index}`, exam: '1' }, outcome]),
    );
    const first = apiClient(other, { subject: 'anna', programs: ['north'], scopes: ['review'] });
    for (const index of outcomes.keys())
      await first.post(`${address(`S${index}`)}/reviews`, { outcome: 'recall' });
    const second = apiClient(other, { subject: 'ben', programs: ['north'], scopes: ['review'] });
    const { body } = await second.get('/v1/programs/north/worklist?stage=second');
    expect(body.items.map(({ patient }: { patient: string }) => patient)).toEqual(['S0', 'S1', 'S2', 'S3']);
  });
});
