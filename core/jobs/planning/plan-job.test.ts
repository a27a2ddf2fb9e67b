import { describe, expect, it, vi } from 'vitest';
import { JobRun } from '../../../rescore-worker/testing/job-run.ts';
import { InvalidInputError } from '../../errors.ts';
import { manifestKey, planKey } from '../job-keys.ts';
import { readPlan, readShard } from '../job-store.ts';
import { planJob, shardsOfWorker } from './plan-job.ts';

const EXAMS = 1_700;

async function patientsOf(run: JobRun, job: Parameters<typeof readShard>[1]): Promise<string[]> {
  const plan = await readPlan(run.home.objects, job);
  const patients: string[] = [];
  for (let shard = 0; shard < (plan?.shards ?? 0); shard += 1)
    patients.push(...(await readShard(run.home.objects, job, shard)).map(({ patient }) => patient));
  return patients;
}

/** The run's home, whose object store ends the process, as it were, before its n-th write. */
function dyingHome(run: JobRun, writes: number) {
  let left = writes;
  const { objects, exams } = run.home;
  const put: typeof objects.put = async (...words) => {
    if (left === 0) throw new Error('the process has died');
    left -= 1;
    return objects.put(...words);
  };
  return {
    exams,
    objects: new Proxy(objects, {
      get: (target, name) => {
        if (name === 'put') return put;
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
}

describe('planning', () => {
  it('writes every exam to one shard of about a thousand, whatever step a planner died at', async () => {
    await using run = await JobRun.open({ exams: EXAMS, examsPerShard: EXAMS });
    for (const deaths of [0, 1, 2]) {
      const job = await run.create();
      await expect(planJob(dyingHome(run, deaths), job)).rejects.toThrow('died');
      expect(await readPlan(run.home.objects, job)).toBeUndefined();
      const plan = await planJob(run.home, job);
      expect(plan).toMatchObject({ shards: 2, planned: EXAMS });
      const patients = await patientsOf(run, job);
      expect(new Set(patients).size).toBe(EXAMS);
      expect(patients.length).toBe(EXAMS);
    }
  });

  it('done by two planners at once ends with one plan', async () => {
    await using run = await JobRun.open({ exams: EXAMS, examsPerShard: EXAMS });
    const job = await run.create();
    const [a, b] = await Promise.all([planJob(run.home, job), planJob(run.home, job)]);
    expect(a).toEqual(b);
    expect(new Set(await patientsOf(run, job)).size).toBe(EXAMS);
    expect((await run.home.objects.list(planKey(job), { limit: 10 })).items).toHaveLength(1);
  });

  it('has an end though the selection grows: exams registered after the job was called for are left out', async () => {
    await using run = await JobRun.open({ exams: 5 });
    const job = await run.create();
    const old = await run.home.exams.get(run.population.keyOf(0));
    if (old === undefined) throw new Error('Expected an exam.');
    await run.home.exams.save({ ...old, revision: 0, exam: '2', createdAt: '2026-06-01T00:00:00.000Z' });
    expect(await planJob(run.home, job)).toMatchObject({ planned: 5 });
  });

  it('plans once: a plan that is complete stays as it is', async () => {
    await using run = await JobRun.open({ exams: 3 });
    const job = await run.create();
    const plan = await planJob(run.home, job);
    await run.home.objects.delete(manifestKey(job, 0));
    expect(await planJob(run.home, job)).toEqual(plan);
    expect(await run.home.objects.head(manifestKey(job, 0))).toBeUndefined();
  });

  it('reads no exam again for a shard that is written', async () => {
    await using run = await JobRun.open({ exams: 3 });
    const job = await run.create();
    await expect(planJob(dyingHome(run, 1), job)).rejects.toThrow('died');
    const list = vi.spyOn(run.home.exams, 'list');
    expect(await planJob(run.home, job)).toMatchObject({ shards: 1, planned: 3 });
    expect(list).not.toHaveBeenCalled();
  });

  it('fills shards to the number that is asked for, and leaves none empty', async () => {
    await using run = await JobRun.open({ exams: 7 });
    const job = await run.create();
    const now = () => new Date('2026-06-01T00:00:00Z');
    const plan = { schema: 'job-plan/1', plannedAt: '2026-06-01T00:00:00.000Z', shards: 3, planned: 7 };
    expect(await planJob(run.home, job, now, 3)).toEqual(plan);
    const lengths = [0, 1, 2].map(async (shard) => (await readShard(run.home.objects, job, shard)).length);
    expect(await Promise.all(lengths)).toEqual([3, 3, 1]);
    const none = await run.create({ selection: { outcome: 'recall' } });
    expect(await planJob(run.home, none)).toMatchObject({ shards: 0, planned: 0 });
  });

  it('keeps the shard of a planner that was faster', async () => {
    await using run = await JobRun.open({ exams: 3 });
    const job = await run.create();
    const genuine = run.home.exams.list.bind(run.home.exams);
    vi.spyOn(run.home.exams, 'list').mockImplementationOnce(async (...words) => {
      const page = await genuine(...words);
      await planJob(run.home, job);
      return { ...page, items: page.items.slice(1) };
    });
    expect(await planJob(run.home, job)).toMatchObject({ shards: 1, planned: 3 });
    expect(await patientsOf(run, job)).toHaveLength(3);
  });

  it('ends at a shard that does not say how many exams it holds', async () => {
    await using run = await JobRun.open({ exams: 3 });
    const job = await run.create();
    await run.home.objects.put(manifestKey(job, 0), Buffer.from(''));
    await expect(planJob(run.home, job)).rejects.toThrow(InvalidInputError);
    await expect(planJob(run.home, job)).rejects.toThrow(
      `Shard "${manifestKey(job, 0)}" does not say how many exams it holds.`,
    );
  });

  it('takes a manifest, and lets an exam that does not exist fail instead of leaving it out', async () => {
    await using run = await JobRun.open({ exams: 3 });
    const manifest = 'job-manifests/north/m.jsonl';
    const lines = [run.population.keyOf(1), { patient: 'nobody', exam: '1' }];
    const text = lines.map(({ patient, exam }) => `${JSON.stringify({ patient, exam })}\n`).join('');
    await run.home.objects.put(manifest, Buffer.from(text));
    const report = await run.run({ selection: { manifest } });
    expect(report.progress).toMatchObject({ planned: 2, done: 1, failed: 1 });
    expect(report.failures[0]?.reason).toMatch(/no such exam/);
  });

  it('lets exams fail whose features are of another model, and says so', async () => {
    await using run = await JobRun.open({ exams: 3 });
    const report = await run.run({ model: 'm2' });
    expect(report.progress).toMatchObject({ planned: 3, done: 0, failed: 3 });
    expect(report.failures[0]?.reason).toMatch(/of model m1, .* for model m2/);
  });

  it.each([
    [{ since: '2026-04-01T00:00:00.002Z' }, 1],
    [{ until: '2026-04-01T00:00:00.002Z' }, 2],
    [{ outcome: 'refer' as const }, 3],
    [{ outcome: 'recall' as const }, 0],
    [{ label: { name: 'glaucoma', minimumProbability: 0.7 } }, 3],
    [{ label: { name: 'glaucoma', minimumProbability: 0.71 } }, 0],
    [{ dueForRecallAfterDays: 1 }, 0],
  ])('selects by %j', async (selection, planned) => {
    await using run = await JobRun.open({ exams: 3 });
    expect(await planJob(run.home, await run.create({ selection }))).toMatchObject({ planned });
  });
});

it('gives every shard to one of the workers that share a job', () => {
  const plan = { schema: 'job-plan/1' as const, plannedAt: '', shards: 11, planned: 11_000 };
  const shards = [0, 1, 2, 3].flatMap((worker) => shardsOfWorker(plan, worker, 4));
  expect(shards.sort((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, index) => index));
});
