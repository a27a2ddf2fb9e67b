import { describe, expect, it, vi } from 'vitest';
import type { ObjectStore } from '../ports/object-store.ts';
import { registerProgram } from '../programs/program-register.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { type ReconcileOptions, reconcile } from './reconcile.ts';
import type { ReconciliationRecord } from './reconciliation-record.ts';
import { recordKey } from './stored-record.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.parse('2026-05-01T00:00:00.000Z');

const HOURLY = ['remembered-answers', 'erasures'];
const DAILY = ['kept-records', 'images', 'waiting-exams'];
const OF_PROGRAM = [...HOURLY, ...DAILY, 'exam-records', 'search-index', 'jobs'];
const ALL = [...OF_PROGRAM, 'feature-rows', 'listed-rows', 'contents'];

/** An empty home at a time, and which stages are done there. */
async function emptyHome() {
  const temporary = await temporaryHome();
  const { home } = temporary;
  const clock = { now: BEGIN };
  const reconciled = async (more: Partial<ReconcileOptions> = {}) => {
    const done: string[] = [];
    const record = await reconcile({
      ...{ home, program: null, isDry: false, stages: { dueAnd: [] }, mayGoOn: () => true },
      ...{ now: () => new Date(clock.now), onStage: (name) => done.push(name), ...more },
    });
    return { done, record };
  };
  const dispose = () => temporary[Symbol.asyncDispose]();
  return { home, clock, reconciled, [Symbol.asyncDispose]: dispose };
}

async function store(objects: ObjectStore, record: unknown): Promise<void> {
  await objects.put(recordKey({ program: null, isDry: false }), Buffer.from(JSON.stringify(record)));
}

describe('a reconciliation', () => {
  it('does each stage when it is due: every hour, every day, every week', async () => {
    await using run = await emptyHome();
    const dueIn = async (milliseconds: number) => {
      run.clock.now += milliseconds;
      return (await run.reconciled()).done;
    };
    expect(await dueIn(0)).toEqual(ALL);
    expect(await dueIn(HOUR - 1)).toEqual([]);
    expect(await dueIn(1)).toEqual(HOURLY);
    expect(await dueIn(DAY - HOUR)).toEqual([...HOURLY, ...DAILY]);
    expect(await dueIn(6 * DAY)).toEqual(ALL);
    // A clock that was set back makes nothing wait for longer.
    expect(await dueIn(-DAY)).toEqual([...HOURLY, ...DAILY]);
    expect(await dueIn(DAY - 1)).toEqual(HOURLY);
  });

  it('does those that are asked for besides, those alone, or all', async () => {
    await using run = await emptyHome();
    await run.reconciled();
    expect((await run.reconciled({ stages: { dueAnd: ['jobs'] } })).done).toEqual(['jobs']);
    expect((await run.reconciled({ stages: { only: ['jobs', 'images'] } })).done).toEqual(['images', 'jobs']);
    expect((await run.reconciled({ stages: 'all' })).done).toEqual(ALL);
    run.clock.now += HOUR;
    expect((await run.reconciled({ stages: { only: [] } })).done).toEqual([]);
  });

  it('of one program leaves out what is told of all programs only', async () => {
    await using run = await emptyHome();
    expect((await run.reconciled({ program: 'north' })).done).toEqual(OF_PROGRAM);
    expect((await run.reconciled({ program: 'north', stages: 'all' })).done).toEqual(OF_PROGRAM);
    // It is due of everything as if there had been none.
    expect((await run.reconciled()).done).toEqual(ALL);
  });

  it('writes nothing where nothing is due', async () => {
    await using run = await emptyHome();
    const { record } = await run.reconciled();
    const put = vi.spyOn(run.home.objects, 'put');
    expect((await run.reconciled()).record).toEqual(record);
    expect(put).not.toHaveBeenCalled();
  });

  it('says of each stage when it began and ended, and what it looked at and found', async () => {
    await using run = await emptyHome();
    const { objects } = run.home;
    await registerProgram(objects, 'north');
    for (const eye of ['left', 'right']) {
      await objects.put(`images/north/P1/2026-05-01/${eye}.jpg`, Buffer.from(`a ${eye} eye`));
    }
    // Their announcements are lost.
    const { queue } = run.home.queues.preparation;
    const lost = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await queue.delete(lost.map(({ receipt }) => receipt));
    let now = Date.now() + 2 * HOUR;
    const { record } = await run.reconciled({
      stages: { only: ['images', 'jobs'] },
      now: () => {
        now += 1;
        return new Date(now);
      },
    });
    expect(record.run).toBeNull();
    const { images, jobs } = record.stages;
    expect(images).toMatchObject({ looked: 2, findings: { 'image-unannounced': { found: 2, done: 2 } } });
    expect(jobs).toMatchObject({ looked: 0, findings: {} });
    const instants = [images?.startedAt, images?.finishedAt, jobs?.startedAt, jobs?.finishedAt];
    expect(instants.toSorted()).toEqual(instants);
    expect(new Set(instants).size).toBe(4);
  });

  it('goes on where a run was cut short, by what waited in the queues when it began', async () => {
    await using run = await emptyHome();
    let steps = 5;
    const mayGoOn = () => {
      steps -= 1;
      return steps >= 0;
    };
    const cut = await run.reconciled({ mayGoOn });
    expect(cut.done).toEqual([...HOURLY, ...DAILY]);
    expect(cut.record.run).toMatchObject({ left: ALL.slice(5), startedAt: '2026-05-01T00:00:00.000Z' });
    await run.home.queues.intake.queue.send([{ body: 'sent since' }]);
    run.clock.now += HOUR;
    // What is asked for, or due by now, waits for the next run.
    const rest = await run.reconciled({ stages: { only: ['images'] } });
    expect(cut.record.run?.waiting).toMatchObject({ intake: 0, screening: 0 });
    expect(rest.done).toEqual(ALL.slice(5));
    expect((await run.reconciled()).done).toEqual(HOURLY);
  });

  it('writes down where it stands at every twentieth step, and goes on there after a crash', async () => {
    await using run = await emptyHome();
    const { objects, exams } = run.home;
    const programs = Array.from({ length: 45 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    for (const program of programs) await registerProgram(objects, program);
    const put = vi.spyOn(objects, 'put');
    const only = { stages: { only: ['waiting-exams'] } } as const;
    const facts = vi.spyOn(exams, 'facts');
    await run.reconciled(only);
    // At the beginning, after 20 and 40 of 45 steps, and at the end.
    expect(put).toHaveBeenCalledTimes(4);
    put.mockClear();
    facts.mockClear();
    const genuine = facts.getMockImplementation();
    facts.mockImplementation((program, ...words) => {
      if (program === 'p25') throw new Error('killed');
      return genuine?.(program, ...words) ?? Promise.resolve({ items: [] });
    });
    await expect(run.reconciled(only)).rejects.toThrow('killed');
    facts.mockReset();
    facts.mockResolvedValue({ items: [] });
    const { record } = await run.reconciled(only);
    expect(facts.mock.calls.map(([program]) => program)).toEqual(programs.slice(20));
    expect(record.run).toBeNull();
  });

  it('writes nothing more where the twentieth step is the last', async () => {
    await using run = await emptyHome();
    for (let index = 0; index < 20; index += 1) await registerProgram(run.home.objects, `p${index}`);
    const put = vi.spyOn(run.home.objects, 'put');
    await run.reconciled({ stages: { only: ['waiting-exams'] } });
    expect(put).toHaveBeenCalledTimes(2);
  });

  it('goes by the time of day where it is given no clock', async () => {
    await using run = await emptyHome();
    const before = Date.now();
    const { record } = await run.reconciled({ now: undefined });
    const finished = Date.parse(record.stages.contents?.finishedAt ?? '');
    expect(finished).toBeGreaterThanOrEqual(before);
    expect(finished).toBeLessThanOrEqual(Date.now());
  });

  it('passes over a stage that it does not know, and begins one whose place it cannot read', async () => {
    await using run = await emptyHome();
    const startedAt = '2026-04-30T00:00:00.000Z';
    const stale: ReconciliationRecord = {
      ...{ schema: 'reconciliation/1', stages: {} },
      run: {
        ...{ startedAt, left: ['of-another-release', 'jobs', 'images'], stageStartedAt: startedAt },
        ...{ position: { cursor: 7 }, waiting: {}, looked: 0, findings: {} },
      },
    };
    await store(run.home.objects, stale);
    const { done, record } = await run.reconciled();
    expect(done).toEqual(['jobs', 'images']);
    expect(Object.keys(record.stages)).toEqual(['jobs', 'images']);
    await store(run.home.objects, { ...stale, run: { ...stale.run, left: ['jobs'], looked: 5 } });
    const again = await run.reconciled();
    expect(again.record.stages.jobs).toMatchObject({ startedAt, looked: 5 });
  });
});
