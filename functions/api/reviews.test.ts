import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import type { DomainEvent } from '../../core/ports/index.ts';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { screenedExams } from '../testing/screened-exams.ts';
import type { Caller, Scope } from './caller.ts';

let run: FunctionRun;
const events: DomainEvent[] = [];

function caller(subject: string, ...scopes: Scope[]): Caller {
  return { subject, programs: ['north'], scopes };
}

const anna = () => apiClient(run, caller('anna', 'read', 'review'));
const ben = () => apiClient(run, caller('ben', 'review'));
const carla = () => apiClient(run, caller('carla', 'read', 'review'));

function address(patient: string): string {
  return `/v1/programs/north/patients/${patient}/exams/1/reviews`;
}

beforeAll(async () => {
  run = await FunctionRun.open();
  run.home.events.onEvent((event) => events.push(event));
  const settings = { ...DEFAULT_SETTINGS, review: { ...DEFAULT_SETTINGS.review, overReadShare: 1 } };
  await run.home.objects.put(settingsKey('north'), Buffer.from(JSON.stringify(settings)));
  const outcomes: readonly [string, Outcome][] = [
    ['refer1', 'refer'],
    ['urgent', 'refer-urgent'],
    ['negative', 'recall'],
    ['refer2', 'refer'],
    ['refer3', 'refer'],
  ];
  const exams = outcomes.map(([patient, outcome]): [ExamKey, Outcome] => [
    { program: 'north', patient, exam: '1' },
    outcome,
  ]);
  await screenedExams(run.home.exams, exams, settings.review);
});
afterAll(() => run[Symbol.asyncDispose]());

async function listed(client: ReturnType<typeof apiClient>, query: string): Promise<string[]> {
  const { status, body } = await client.get(`/v1/programs/north/worklist?${query}`);
  expect(status).toBe(200);
  return body.items.map((item: { patient: string }) => item.patient);
}

describe('the reading of a program', () => {
  it('lists what waits by deadline or by urgency, page by page', async () => {
    expect(await listed(anna(), 'stage=first')).toEqual(['urgent', 'refer1', 'refer2', 'refer3']);
    expect(await listed(anna(), 'stage=first&sort=urgency')).toEqual([
      'urgent',
      'refer1',
      'refer2',
      'refer3',
    ]);
    expect(await listed(anna(), 'stage=first&outcome=refer&limit=2')).toEqual(['refer1', 'refer2']);
    const first = await anna().get('/v1/programs/north/worklist?stage=first&sort=urgency&limit=2');
    const second = await anna().get(
      `/v1/programs/north/worklist?stage=first&sort=urgency&limit=2&cursor=${first.body.cursor}`,
    );
    expect(second.body.items.map(({ patient }: { patient: string }) => patient)).toEqual([
      'refer2',
      'refer3',
    ]);
  });

  it('goes from the first reader to a blinded second and an arbiter, and keeps every word', async () => {
    const first = await anna().post(address('refer1'), { outcome: 'recall', note: 'drusen only' });
    expect(first).toMatchObject({
      status: 201,
      body: { verdict: { stage: 'first', reader: 'anna' }, review: { stage: 'second', outcome: null } },
    });
    expect((await anna().post(address('refer1'), { outcome: 'refer' })).body.detail).toContain('own second');

    expect(await listed(anna(), 'stage=second')).not.toContain('refer1');
    const { body } = await ben().get('/v1/programs/north/worklist?stage=second');
    const item = body.items.find(({ patient }: { patient: string }) => patient === 'refer1');
    expect(item).toEqual({
      program: 'north',
      patient: 'refer1',
      exam: '1',
      stage: 'second',
      images: { left: 'images/north/refer1/1/left.jpg', right: 'images/north/refer1/1/right.jpg' },
      dueAt: null,
      overdue: null,
      result: null,
    });
    expect(JSON.stringify(body)).not.toMatch(/recall"|"refer"|drusen|anna/);

    expect(await ben().post(address('refer1'), { outcome: 'refer' })).toMatchObject({
      body: { verdict: { stage: 'second' }, review: null },
    });
    expect(await listed(carla(), 'stage=arbitration')).toEqual(['refer1']);
    expect(await carla().post(address('refer1'), { outcome: 'refer-urgent' })).toMatchObject({
      body: { review: { status: 'final', outcome: 'refer-urgent', stage: null } },
    });
    const { body: line } = await anna().get('/v1/programs/north/patients/refer1/exams/1');
    expect(line.result).toMatchObject({ outcome: 'refer', review: { outcome: 'refer-urgent' } });
    expect(line.result.review.verdicts.map(({ reader }: { reader: string }) => reader)).toEqual([
      'anna',
      'ben',
      'carla',
    ]);
  });

  it('announces every verdict, with what holds after it', () => {
    const reviewed = events.filter((event) => event.type === 'ExamReviewed');
    expect(reviewed.map(({ role, verdict, outcome }) => [role, verdict, outcome])).toEqual([
      ['first-reader', 'recall', null],
      ['second-reader', 'refer', null],
      ['arbiter', 'refer-urgent', 'refer-urgent'],
    ]);
  });

  it('has drawn negatives read over without showing that they are negatives', async () => {
    expect(await listed(ben(), 'stage=second')).toEqual(['negative']);
    expect(await ben().post(address('negative'), { outcome: 'recall' })).toMatchObject({
      body: { verdict: { outcome: 'recall' }, review: null },
    });
  });

  it("lets nobody sort or filter a blinded reader's list by the outcome", async () => {
    for (const query of ['stage=second&outcome=refer', 'stage=second&sort=urgency', 'stage=third', '']) {
      expect((await ben().get(`/v1/programs/north/worklist?${query}`)).status).toBe(400);
    }
  });

  it('loses no verdict of two readers at once, and adds one once that is sent twice', async () => {
    const key = { 'idempotency-key': 'k1' };
    const same = await Promise.all(
      [1, 2].map(() => anna().post(address('refer2'), { outcome: 'refer' }, key)),
    );
    expect(same.map(({ status }) => status).toSorted()[0]).toBe(201);
    const again = await anna().post(address('refer2'), { outcome: 'refer' }, key);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await anna().post(address('refer2'), { outcome: 'recall' }, key)).status).toBe(422);
    await Promise.all(
      [ben(), carla()].map((reader) => reader.post(address('refer3'), { outcome: 'recall' })),
    );
    const { body } = await anna().get(address('refer3'));
    expect(body.review).toMatchObject({ status: 'final', outcome: 'recall' });
    expect((await anna().get(address('refer2'))).body.review.verdicts).toHaveLength(1);
  });

  it('refuses a verdict over an exam that has changed since it was read', async () => {
    const { headers } = await anna().get(address('urgent'));
    const stale = { 'if-match': '"0"' };
    expect((await anna().post(address('urgent'), { outcome: 'refer' }, stale)).status).toBe(412);
    const fresh = { 'if-match': headers.get('etag') ?? '' };
    expect((await anna().post(address('urgent'), { outcome: 'refer-urgent' }, fresh)).status).toBe(201);
  });

  it.each(['reader', 'by'])('lets nobody say in "%s" who reads, not even themselves', async (field) => {
    for (const reader of [anna(), apiClient(run, caller('office', 'review', 'admin'))]) {
      const { status, body } = await reader.post(address('refer2'), { outcome: 'refer', [field]: 'anna' });
      expect(status).toBe(400);
      expect(body.detail).toMatch(/who reads is who signed in.*retclip reader add/);
    }
    const { status, body } = await anna().get(`/v1/programs/north/worklist?stage=first&${field}=ben`);
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/who signed in/)]);
  });

  it.each([
    [{ outcome: 'maybe' }, 400],
    [{ outcome: 'refer', verdict: 1 }, 400],
    [{ outcome: 'refer', note: 'x'.repeat(2_001) }, 400],
    ['{', 400],
    [{}, 400],
  ])('refuses %j', async (body, status) => {
    expect((await anna().post(address('refer2'), body)).status).toBe(status);
  });

  it('knows no exam that is not there', async () => {
    expect((await anna().post(address('nobody'), { outcome: 'refer' })).status).toBe(404);
    expect((await anna().get(address('nobody'))).status).toBe(404);
  });

  it('is reported: agreement with the machine, between readers, and turnaround', async () => {
    const { status, body } = await anna().get('/v1/programs/north/reviews/agreement');
    expect(status).toBe(200);
    expect(body).toMatchObject({ exams: 5, truncated: false, afterReview: { exams: 5, observed: 0.6 } });
    expect(body.table.reduce((sum: number, cell: { exams: number }) => sum + cell.exams, 0)).toBe(5);
    const reader = (name: string) => body.readers.find((one: { reader: string }) => one.reader === name);
    expect(reader('anna')).toMatchObject({ verdicts: 3, withMachine: { exams: 3 } });
    expect(reader('anna').turnaround.medianHours).toBeGreaterThan(0);
    const { body: none } = await anna().get(
      '/v1/programs/north/reviews/agreement?until=2026-01-01T00:00:00Z',
    );
    expect(none).toMatchObject({ exams: 0, afterReview: { kappa: null }, readers: [] });
  });
});

describe('a correction', () => {
  it('takes the place of an own verdict with a reason, after it was final too', async () => {
    const where = address('refer4');
    await screenedExams(run.home.exams, [[{ program: 'north', patient: 'refer4', exam: '1' }, 'refer']]);
    const own = async (reader: ReturnType<typeof anna>) => (await reader.get(`${where}/own`)).body;
    expect(await own(ben())).toEqual({ holds: null, given: [] });
    const given = (await anna().post(where, { outcome: 'refer' })).body;
    expect(given.review).toMatchObject({ status: 'final', outcome: 'refer' });
    const corrects = given.verdict.id;
    for (const [reader, body, status] of [
      [anna(), { outcome: 'recall', corrects }, 400],
      [anna(), { outcome: 'recall', corrects, reason: '  ' }, 400],
      [anna(), { outcome: 'recall', reason: 'drusen' }, 400],
      [ben(), { outcome: 'recall', corrects, reason: 'drusen' }, 409],
      [anna(), { outcome: 'recall', corrects: 'none', reason: 'drusen' }, 409],
    ] as const) {
      expect((await reader.post(where, body)).status, JSON.stringify(body)).toBe(status);
    }
    const corrected = await anna().post(where, {
      outcome: 'recall',
      corrects,
      reason: 'drusen, not exudates',
    });
    expect(corrected).toMatchObject({
      status: 201,
      body: {
        verdict: { stage: 'first', outcome: 'recall', corrects, reason: 'drusen, not exudates' },
        review: { status: 'preliminary', stage: 'second', outcome: null },
      },
    });
    expect(await listed(ben(), 'stage=second')).toContain('refer4');
    const { body } = await apiClient(run).get(where);
    expect(body.review.verdicts).toMatchObject([
      { id: corrects, outcome: 'refer', supersededBy: corrected.body.verdict.id },
      { outcome: 'recall', supersededBy: null },
    ]);
    expect(await own(anna())).toMatchObject({ holds: { outcome: 'recall' }, given: [{ id: corrects }, {}] });
    expect(await own(ben())).toEqual({ holds: null, given: [] });
    expect((await ben().get(where)).status).toBe(403);
    expect(events.at(-1)).toMatchObject({ type: 'ExamReviewed', verdict: 'recall', outcome: null, corrects });
    await ben().post(where, { outcome: 'recall' });
  });
});
