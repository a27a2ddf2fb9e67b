import { describe, expect, it, vi } from 'vitest';
import { receiptKey } from './job-keys.ts';
import { failedExamsOf, listReceipts, ReceiptReader, storeReceipt } from './receipts.ts';
import { failed, JOB, NOW, PLANNED_AT, planned, receipt } from './testing/planned-job.ts';

describe("shards' receipts", () => {
  it('are listed, however many, and the first of a shard counts', async () => {
    await using run = await planned(3);
    const { objects } = run.home;
    await storeReceipt(objects, JOB, receipt(2, { done: 1 }));
    await storeReceipt(objects, JOB, receipt(0));
    await storeReceipt(objects, JOB, receipt(2, { done: 9 }));
    const places = await listReceipts(objects, JOB);
    expect(places).toEqual([0, 2].map((shard) => ({ shard, at: new Date(PLANNED_AT) })));
    const pages = [7, 8].map((shard) => ({ key: receiptKey(JOB, shard), lastModified: NOW }) as never);
    const list = vi
      .spyOn(objects, 'list')
      .mockResolvedValueOnce({ items: pages.slice(0, 1), cursor: 'c' })
      .mockResolvedValueOnce({ items: pages.slice(1) });
    expect((await listReceipts(objects, JOB)).map(({ shard }) => shard)).toEqual([7, 8]);
    expect(list).toHaveBeenLastCalledWith('jobs/north/j1/receipts/', { limit: 1_000, cursor: 'c' });
  });

  it('are read once each, forty as well as two, and again only where they were open', async () => {
    await using run = await planned(40);
    const { objects } = run.home;
    for (let shard = 0; shard < 40; shard += 1) {
      if (shard !== 5) await storeReceipt(objects, JOB, receipt(shard, { done: shard }));
    }
    const get = vi.spyOn(objects, 'get');
    const reader = new ReceiptReader(objects);
    const shards = Array.from({ length: 40 }, (_, index) => index);
    const done = async () => (await reader.read(JOB, shards)).map((one) => one.done);
    expect(await done()).toEqual(shards.filter((shard) => shard !== 5));
    expect(get).toHaveBeenCalledTimes(40);
    await storeReceipt(objects, JOB, receipt(5, { done: 5 }));
    expect(await done()).toEqual(shards);
    expect(get).toHaveBeenCalledTimes(41);
  });

  it('of the twenty jobs that were read last are remembered', async () => {
    await using run = await planned(1);
    const { objects } = run.home;
    const jobs = Array.from({ length: 21 }, (_, index) => ({ program: 'north', job: `k${index}` }));
    for (const job of jobs) await storeReceipt(objects, job, receipt(0));
    const reader = new ReceiptReader(objects);
    const readPreparation = vi.fn(async (shard: number) => ({ shard }));
    // Of each job its exams' receipts, and those of its images.
    const read = async (job: string) => {
      await reader.read({ program: 'north', job }, [0]);
      await reader.remember(`north/${job} prepared`, [0], readPreparation);
    };
    for (const { job } of jobs.slice(0, 20)) await read(job);
    const get = vi.spyOn(objects, 'get');
    readPreparation.mockClear();
    await read('k0');
    expect([get.mock.calls.length, readPreparation.mock.calls.length]).toEqual([0, 0]);
    await read('k20');
    await read('k0');
    expect([get.mock.calls.length, readPreparation.mock.calls.length]).toEqual([1, 1]);
    await read('k1');
    expect([get.mock.calls.length, readPreparation.mock.calls.length]).toEqual([2, 2]);
  });

  it('name the exams that failed, ten receipts at a time', async () => {
    await using run = await planned(12);
    for (let shard = 0; shard < 12; shard += 1) {
      await storeReceipt(run.home.objects, JOB, receipt(shard, { failed: failed('cut', 1, shard) }));
    }
    const first = await failedExamsOf(run.home.objects, JOB, undefined);
    expect(first.items.map(({ patient }) => patient)).toEqual(
      Array.from({ length: 10 }, (_, index) => `P${index}`),
    );
    const second = await failedExamsOf(run.home.objects, JOB, first.cursor);
    expect(second.items.map(({ patient }) => patient)).toEqual(['P10', 'P11']);
    expect(second).not.toHaveProperty('cursor');
  });
});
