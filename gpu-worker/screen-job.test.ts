import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ExamKey } from '../core/exams/exam-key.ts';
import type { JobRecord } from '../core/jobs/job-record.ts';
import { createJob } from '../core/jobs/planning/create-job.ts';
import { planJob } from '../core/jobs/planning/plan-job.ts';
import { readReceipt } from '../core/jobs/receipts.ts';
import type { ScreeningRequest } from '../core/messages/screening-request.ts';
import { Configuration } from '../core/programs/configuration.ts';
import { FunctionRun } from '../functions/testing/function-run.ts';
import { screenJob } from './screen-job.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const REQUEST = { mode: 'screen' as const, selection: {}, heads: [], thresholds: {}, shadow: false };

const keyOf = (patient: string): ExamKey => ({ program: 'north', patient, exam: '1' });

/** A planned job over the exams of given patients. */
async function planned(run: FunctionRun, patients: readonly string[]): Promise<JobRecord> {
  for (const patient of patients) {
    await run.upload('left', `${patient} left`, keyOf(patient));
    await run.upload('right', `${patient} right`, keyOf(patient));
  }
  while ((await run.deliver('intake')) > 0);
  const { home } = run;
  const job = await createJob(home, new Configuration(home.objects), {
    ...{ program: 'north', request: REQUEST, by: 'operator' },
  });
  await planJob(home, job);
  return job;
}

/** Runs a job by a worker whose every screening is up to the test, while results are aggregated. */
async function screened(
  run: FunctionRun,
  job: JobRecord,
  screen: (request: ScreeningRequest) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const aggregation = (async () => {
    while (!stopping.signal.aborted) if ((await run.deliver('results')) === 0) await delay(10);
  })();
  await screenJob({
    ...{ home: run.home, job, workerNumber: 0, workers: 1, pricePerHour: 0, patienceSeconds: 30, log: QUIET },
    worker: { inHand: 4, screen: (body) => screen(JSON.parse(body)) },
    pauseMilliseconds: 1,
    signal: stopping.signal,
  });
  stopping.abort();
  await aggregation;
}

describe('a screening job', () => {
  it('tries an exam again whose photographs could not be reached', async () => {
    await using run = await FunctionRun.open();
    const job = await planned(run, ['P1', 'P2']);
    let faults = 3;
    await screened(run, job, async (request) => {
      if (request.exam.patient === 'P1' && faults-- > 0) throw new Error('the store is down');
      await run.answer(request);
    });
    expect(await readReceipt(run.home.objects, job, 0)).toMatchObject({ done: 2, failed: [] });
    expect((await run.exam(keyOf('P1')))?.status).toBe('screened');
  });

  it('has pixels made by the queue of jobs first, and only those that are missing', async () => {
    await using run = await FunctionRun.open();
    const job = await planned(run, ['P1', 'P2', 'P3']);
    const lost = await run.home.prepared.removeAll('prepared/north/P2/1/right.jpg/');
    const asked: [string, string | undefined][] = [];
    const events: string[] = [];
    const preparation = (async () => {
      while (!events.includes('P2')) {
        const messages = await run.receive('bulk-preparation');
        for (const { body } of messages) {
          const { schema, image, bulk } = JSON.parse(body);
          // Pictures for readers go by the same queue.
          if (schema !== 'prepare-image/1') continue;
          asked.push([image.key, bulk]);
          events.push('prepared');
        }
        if (messages.length > 0) await run.call('bulk-preparation', messages);
        // Not by the run's own delivery, which prepares what waits before.
        const told = await run.home.queues.intake.queue.receive({ maxMessages: 10, waitSeconds: 0 });
        if (told.length > 0) await run.call('intake', told);
        await delay(10);
      }
    })();
    await screened(run, job, async (request) => {
      events.push(request.exam.patient);
      await run.answer(request);
    });
    await preparation;
    expect(lost).toBe(1);
    expect(asked).toEqual([['images/north/P2/1/right.jpg', true]]);
    expect(events.indexOf('prepared')).toBeLessThan(events.indexOf('P2'));
    expect(events.filter((event) => event !== 'prepared').toSorted()).toEqual(['P1', 'P2', 'P3']);
    expect(await readReceipt(run.home.objects, job, 0)).toMatchObject({ done: 3, failed: [] });
  });

  it('counts an exam as failed with the reason when trying again does not help, and ends', async () => {
    await using run = await FunctionRun.open();
    const job = await planned(run, ['P1', 'P2', 'P3']);
    await screened(run, job, async (request) => {
      if (request.exam.patient === 'P2') throw new Error('"left.jpg" has another SHA-256');
      await run.answer(request);
    });
    expect(await readReceipt(run.home.objects, job, 0)).toMatchObject({
      done: 2,
      failed: [{ patient: 'P2', exam: '1', reason: expect.stringContaining('has another SHA-256') }],
    });
  });

  it('screens an exam alone that an earlier attempt died of, and leaves it out after three', async () => {
    await using run = await FunctionRun.open();
    const job = await planned(run, ['P1', 'P2', 'P3', 'P4']);
    const inHand = new Set<string>();
    const beside: number[] = [];
    /** One life of a worker, that ends with P2. */
    const life = async (): Promise<void> => {
      const death = new AbortController();
      const isDead = () => death.signal.aborted;
      const never = new Promise<void>(() => undefined);
      await screenJob({
        ...{
          home: run.home,
          job,
          workerNumber: 0,
          workers: 1,
          pricePerHour: 0,
          patienceSeconds: 30,
          log: QUIET,
        },
        worker: {
          inHand: 2,
          screen: async (body) => {
            const request: ScreeningRequest = JSON.parse(body);
            const { patient } = request.exam;
            inHand.add(patient);
            if (patient === 'P2') {
              beside.push(inHand.size - 1);
              death.abort();
              return never;
            }
            await delay(5);
            if (isDead()) return never;
            await run.answer(request);
            inHand.delete(patient);
          },
        },
        pauseMilliseconds: 1,
        signal: death.signal,
      });
      inHand.clear();
    };
    // Once beside others, three times alone.
    for (let lives = 0; lives < 4; lives += 1) await life();
    expect(beside.slice(1)).toEqual([0, 0, 0]);
    expect(await readReceipt(run.home.objects, job, 0)).toBeUndefined();
    const aggregation = setInterval(() => void run.deliver('results'), 10);
    await life();
    clearInterval(aggregation);
    expect(beside).toHaveLength(4);
    expect(await readReceipt(run.home.objects, job, 0)).toMatchObject({
      done: 3,
      failed: [{ patient: 'P2', reason: expect.stringContaining('ended the worker 3 times') }],
    });
  }, 60_000);

  it('counts an exam as failed that is erased before its answer comes', async () => {
    await using run = await FunctionRun.open();
    const job = await planned(run, ['P1', 'P2']);
    await screened(run, job, async (request) => {
      const record = await run.exam(request.exam);
      if (request.exam.patient === 'P1' || record === undefined) await run.answer(request);
      else await run.home.exams.remove(record);
    });
    expect(await readReceipt(run.home.objects, job, 0)).toMatchObject({
      done: 1,
      failed: [{ patient: 'erased', reason: expect.stringContaining('erased') }],
    });
  });
});
