import { describe, expect, it } from 'vitest';
import { examName } from '../../core/exams/exam-key.ts';
import { EXAM } from '../../core/testing/records.ts';
import { apiClient, OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';

const INTAKE = '/v1/programs/north/dead-letters/intake';
const SCREENING = '/v1/programs/north/dead-letters/screening';

/** A request for an exam of a program, as the queue itself buries it: without a reason. */
function bury(run: FunctionRun, program: string): Promise<void> {
  const body = JSON.stringify({ exam: { program, patient: 'P1', exam: '1' } });
  return run.home.queues.screening.deadLetters.send([{ body }]);
}

describe('dead letters', () => {
  it('name the exam, the reason and how to send them again', async () => {
    await using run = await FunctionRun.open();
    const { get } = apiClient(run);
    await run.home.objects.put('images/north/P1/1/IMG_1.jpg', Buffer.from('no laterality'));
    await run.deliver('intake');
    const { status, body } = await get(INTAKE);
    expect(status).toBe(200);
    expect(body.items).toEqual([
      expect.objectContaining({
        subject: 'images/north/P1/1/IMG_1.jpg',
        program: 'north',
        reason: expect.stringContaining('which eye'),
      }),
    ]);
    const [letter] = await run.deadLetters('intake');
    expect(letter?.attributes.remedy).toContain('retclip redrive intake --program north');
  });

  it('stay when they are listed, and go to their queue when they are sent again', async () => {
    await using run = await FunctionRun.open();
    const { get, post } = apiClient(run);
    await run.upload('left', 'L');
    await run.upload('right', 'R');
    await run.deliver('intake');
    const { queue, deadLetters } = run.home.queues.screening;
    const requests = await run.receive('screening');
    await deadLetters.send(requests.map(({ body }) => ({ body })));
    await queue.delete(requests.map(({ receipt }) => receipt));

    expect((await get(SCREENING)).body.items).toHaveLength(1);
    expect((await get(SCREENING)).body.items).toHaveLength(1);
    const sent = await post(`${SCREENING}/redrive`, {});
    expect(sent.body.items).toEqual([expect.objectContaining({ subject: examName(EXAM) })]);
    expect((await get(SCREENING)).body.items).toEqual([]);
    await run.settle();
    expect((await run.exam(EXAM))?.status).toBe('screened');
  });

  it('of other programs are neither shown nor sent', async () => {
    await using run = await FunctionRun.open();
    for (const program of ['north', 'south', 'south']) await bury(run, program);
    await run.home.queues.screening.deadLetters.send([{ body: '{' }]);
    const caller = { ...OPERATOR, programs: ['north'] };
    const { get, post } = apiClient(run, caller);
    expect((await get(SCREENING)).body.items).toHaveLength(1);
    expect((await post(`${SCREENING}/redrive`, {})).body.items).toHaveLength(1);
    expect((await run.home.queues.screening.deadLetters.depth()).visible).toBe(3);
    expect((await get('/v1/programs/south/dead-letters/screening')).status).toBe(403);
  });

  it('that name no program are shown to a caller for every program', async () => {
    await using run = await FunctionRun.open();
    await run.home.queues.screening.deadLetters.send([{ body: '{' }]);
    expect((await apiClient(run).get(SCREENING)).body.items).toEqual([
      expect.objectContaining({ subject: 'unknown', program: null }),
    ]);
  });

  it('are all sent again, however many', async () => {
    await using run = await FunctionRun.open();
    for (let count = 0; count < 35; count += 1) await bury(run, 'north');
    const { body } = await apiClient(run).post(`${SCREENING}/redrive`, {});
    expect(body.items).toHaveLength(35);
    expect((await run.home.queues.screening.queue.depth()).visible).toBe(35);
  });

  it('are sent but for those left out, or just those named; a name that fits none is refused', async () => {
    await using run = await FunctionRun.open();
    const { get, post } = apiClient(run);
    for (const patient of ['P1', 'P2', 'P3']) {
      const body = JSON.stringify({ exam: { program: 'north', patient, exam: '1' } });
      await run.home.queues.screening.deadLetters.send([{ body }]);
    }
    const { body } = await get(SCREENING);
    const id = (patient: string) =>
      body.items.find(({ subject }: { subject: string }) => subject === `north/${patient}/1`).id;
    const left = async () =>
      (await get(SCREENING)).body.items.map(({ subject }: { subject: string }) => subject);
    const refused = await post(`${SCREENING}/redrive`, { except: [id('P1'), 'north/P9/1'] });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain('"north/P9/1"');
    expect(await left()).toHaveLength(3);
    expect((await post(`${SCREENING}/redrive`, { only: [id('P2')] })).body.items).toHaveLength(1);
    expect(await left()).toEqual(['north/P1/1', 'north/P3/1']);
    await post(`${SCREENING}/redrive`, { except: ['north/P1/1'] });
    expect(await left()).toEqual(['north/P1/1']);
    expect((await run.home.queues.screening.queue.depth()).visible).toBe(2);
    expect((await post(`${SCREENING}/redrive`, { exept: ['north/P1/1'] })).status).toBe(400);
    expect(await left()).toHaveLength(1);
  });

  it('of jobs are listed and sent again where there are queues of jobs, and refused by name elsewhere', async () => {
    await using run = await FunctionRun.open();
    // Any pairs: those of this machine stand for what only AWS has.
    const { webhooks, indexing } = run.home.queues;
    const home = { ...run.home, jobQueues: { 'job-starts': webhooks, 'job-ends': indexing } };
    const app = createApi({ home, authenticate: () => OPERATOR, log: console });
    const due = {
      schema: 'schedule-due/1',
      program: 'north',
      schedule: 'yearly',
      at: '2026-05-01T00:00:00Z',
    };
    await webhooks.deadLetters.send([{ body: JSON.stringify(due) }]);
    const path = '/v1/programs/north/dead-letters/job-starts';
    const listed = (await (await app.request(path)).json()) as { items: unknown[] };
    expect(listed.items).toMatchObject([{ subject: 'schedule north/yearly', program: 'north' }]);
    expect((await app.request(`${path}/redrive`, { method: 'POST' })).status).toBe(200);
    expect((await webhooks.queue.depth()).visible).toBe(1);
    expect((await webhooks.deadLetters.depth()).visible).toBe(0);

    const { status, body } = await apiClient(run).get(path);
    expect(status).toBe(422);
    expect(body.detail).toMatch(/no queue job-starts here.*gpuService=on/);
  });

  it.each([
    ['an unknown queue', '/v1/programs/north/dead-letters/other', OPERATOR, 400],
    ['a caller who may only read', SCREENING, { ...OPERATOR, scopes: ['read' as const] }, 403],
  ])('are refused to %s', async (_, path, caller, status) => {
    await using run = await FunctionRun.open();
    expect((await apiClient(run, caller).get(path)).status).toBe(status);
    expect((await apiClient(run, caller).post(`${path}/redrive`, {})).status).toBe(status);
  });
});
