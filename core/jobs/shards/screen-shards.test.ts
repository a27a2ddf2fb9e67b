import { describe, expect, it, vi } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { withPreparedImages } from '../../testing/prepared-exam.ts';
import { MODEL, TERMS } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { manifestKey } from '../job-keys.ts';
import type { ManifestLine } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import { cancelJob, JobDamagedError } from '../job-store.ts';
import { storePrepared } from '../preparation/preparation-store.ts';
import { listReceipts, readReceipt } from '../receipts.ts';
import { type ScreenShardsOptions, screenShards } from './screen-shards.ts';

const AT = '2026-05-01T00:00:00.000Z';
const JOB: JobRecord = {
  ...{ schema: 'job/1', program: 'north', job: 'j1', mode: 'screen', selection: {}, createdAt: AT },
  ...{ createdBy: 'anna', model: MODEL.model, preprocessing: MODEL.preprocessing, heads: MODEL.heads },
  ...{ shadow: false, schedule: null },
};

/** Shards of one exam each, and a worker that answers none of them: it says at once that it cannot. */
async function job(shards: number) {
  const temporary = await temporaryHome();
  const { home } = temporary;
  for (let shard = 0; shard < shards; shard += 1) {
    const key = { program: 'north', patient: `P${shard}`, exam: '1' };
    const exam = screenedExam(registeredExam(key, AT), 'recall', AT);
    await home.exams.save(await withPreparedImages(home, exam));
    const line: ManifestLine = { patient: key.patient, exam: '1', base: null, features: null };
    await home.objects.put(manifestKey(JOB, shard), Buffer.from(`${JSON.stringify(line)}\n`));
  }
  const asked: string[] = [];
  const stopping = new AbortController();
  const run = (options: Partial<ScreenShardsOptions> = {}) =>
    screenShards({
      ...{ home, job: JOB, shards: Array.from({ length: shards }, (_, shard) => shard), pricePerHour: 2 },
      ...{ terms: async () => TERMS, patienceSeconds: 60, signal: stopping.signal },
      screen: async ({ exam: { patient } }, fail) => {
        asked.push(patient);
        fail('no GPU');
      },
      ...options,
    });
  const received = async () => (await listReceipts(home.objects, JOB)).map(({ shard }) => shard);
  return {
    home,
    asked,
    run,
    received,
    stopping,
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

describe('shards of a job', () => {
  it('have a receipt each, at the share of the price that falls to each of two side by side', async () => {
    await using shards = await job(3);
    await shards.run();
    expect(await shards.received()).toEqual([0, 1, 2]);
    expect(await readReceipt(shards.home.objects, JOB, 1)).toMatchObject({
      pricePerHour: 1,
      failed: [{ patient: 'P1', exam: '1', reason: 'no GPU' }],
    });
  });

  it('that have their receipt are passed over by the next worker', async () => {
    await using shards = await job(3);
    await shards.run({ shards: [1] });
    await shards.run();
    expect(shards.asked.toSorted()).toEqual(['P0', 'P1', 'P2']);
  });

  it('are screened by what is active when each begins', async () => {
    await using shards = await job(3);
    const terms = vi.fn(async () => TERMS);
    await shards.run({ terms });
    expect(terms).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['under the present contract fail with its reason', TERMS.contract, 'Not prepared.'],
    [
      'under another contract are asked for once more',
      'another',
      expect.stringMatching(/^Not answered for 0 s/),
    ],
  ])('whose images could not be prepared %s', async (_, contract, reason) => {
    await using shards = await job(1);
    const { home } = shards;
    const record = await home.exams.get({ program: 'north', patient: 'P0', exam: '1' });
    if (record === undefined) throw new Error('Expected an exam.');
    const images = record.images.map(({ prepared: _, ...image }) => image);
    await home.exams.save({ ...record, images });
    await storePrepared(home.objects, JOB, {
      ...{ schema: 'shard-prepared/1', shard: 0, contract, images: 2, found: 0, prepared: 0, failed: 2 },
      exams: [{ patient: 'P0', exam: '1', reason: 'Not prepared.' }],
    });
    await shards.run({ patienceSeconds: 0 });
    expect(await readReceipt(home.objects, JOB, 0)).toMatchObject({ failed: [{ patient: 'P0', reason }] });
    const { visible } = await home.queues['bulk-preparation'].queue.depth();
    expect(visible).toBe(contract === TERMS.contract ? 0 : 2);
  });

  it('are not begun once the job is cancelled', async () => {
    await using shards = await job(4);
    const { objects } = shards.home;
    await shards.run({
      screen: async (_, fail) => {
        await cancelJob(objects, JOB, 'anna', new Date(AT));
        fail('no GPU');
      },
    });
    expect(await shards.received()).toEqual([0, 1]);
  });

  it('are not begun by a worker that is told to stop, and have no receipt of what it left', async () => {
    await using shards = await job(3);
    await shards.run({ screen: async () => shards.stopping.abort() });
    expect(await shards.received()).toEqual([]);
  });

  it('whose manifest cannot be read end the work', async () => {
    await using shards = await job(1);
    await shards.home.objects.put(manifestKey(JOB, 0), Buffer.from('no line'));
    await expect(shards.run()).rejects.toThrow(JobDamagedError);
  });
});
