import { storeOnce } from '../../documents/stored-once.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { planKey } from '../job-keys.ts';
import type { JobRecord } from '../job-record.ts';
import { storeJob } from '../job-store.ts';
import type { ShardReceipt } from '../shard-receipt.ts';

export const PLANNED_AT = '2026-05-01T08:00:00.000Z';
export const NOW = new Date('2026-05-01T09:00:00.000Z');

export const JOB: JobRecord = {
  ...{ schema: 'job/1', program: 'north', job: 'j1', mode: 'rescore', selection: {} },
  ...{ createdAt: '2026-05-01T07:00:00.000Z', createdBy: 'operator', model: 'm1' },
  ...{ preprocessing: 'squash', heads: [{ name: 'odir', id: 'h1' }], shadow: false, schedule: null },
};

export function receipt(shard: number, change: Partial<ShardReceipt> = {}): ShardReceipt {
  return {
    ...{ schema: 'shard-receipt/1', shard, done: 10, skipped: 1, superseded: 0, failed: [] },
    ...{ moved: [], compared: [], workerSeconds: 1, pricePerHour: 0 },
    ...change,
  };
}

/** Exams that failed for a reason: P0, P1 and so on. */
export const failed = (reason: string, count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => ({ patient: `P${first + index}`, exam: '1', reason }));

/** A home whose clock stands at the plan, and a job that is planned in as many shards. */
export async function planned(shards: number, job = JOB) {
  const clock = { now: Date.parse(PLANNED_AT) };
  const temporary = await temporaryHome({ now: () => clock.now });
  const { home } = temporary;
  await storeJob(home.objects, job);
  const plan = { schema: 'job-plan/1', plannedAt: PLANNED_AT, shards, planned: 10 * shards };
  await storeOnce(home.objects, planKey(job), plan);
  return { home, clock, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}
