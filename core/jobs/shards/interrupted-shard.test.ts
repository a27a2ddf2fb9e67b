import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { readStoredJson } from '../../documents/stored-json.ts';
import type { Home } from '../../ports/index.ts';
import { Configuration } from '../../programs/configuration.ts';
import { MODEL } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { shardProgressKey, shardResultsKey } from '../job-keys.ts';
import { ERASED_EXAM } from '../job-plan.ts';
import { readReceipt } from '../receipts.ts';
import type { ShardResults } from '../rescore-results.ts';
import { settleShard } from './settle-shard.ts';
import { shardProgressSchema } from './shard-progress.ts';

const AT = '2026-05-01T00:00:00.000Z';
const RESCORED_AT = '2026-06-01T00:00:00.000Z';
const MESSAGE = { schema: 'shard-rescored/1', program: 'north', job: 'j1', shard: 4 } as const;
const PATIENTS = Array.from({ length: 12 }, (_, index) => `P${index}`);
/** Of twelve exams: four parts, none of which is empty for these patients. */
const EXAMS_PER_PART = 3;
const ERASED = { patient: 'erased', exam: 'erased', reason: ERASED_EXAM.problem };
const keyOf = (patient: string) => ({ program: 'north', patient, exam: '1' });

function resultsOf(patients: readonly string[], change: Partial<ShardResults> = {}): ShardResults {
  return {
    ...{ schema: 'shard-results/1', program: 'north', job: 'j1', shard: 4, rescoredAt: RESCORED_AT },
    ...{
      model: 'bundle-1',
      preprocessing: 'squash-224/1',
      heads: [{ name: 'amd', id: 'a1' }],
      shadow: false,
    },
    columns: [{ level: 'left', head: 'amd', label: 'amd', threshold: 0.5 }],
    // The even ones are positive.
    exams: patients.map((patient) => ({
      ...{ patient, exam: '1', base: 'base' },
      probabilities: [Number(patient.slice(1)) % 2 === 0 ? 0.9 : 0.1],
    })),
    ...{ failed: [], workerSeconds: 3, pricePerHour: 2 },
    ...change,
  };
}

type Step = `${string} ${string}`;

class Killed extends Error {
  override readonly name = 'Killed';
}

/** Twelve exams that were screened, and deliveries of their shard, each of which may be killed. */
async function openShard() {
  const temporary = await temporaryHome();
  const { home } = temporary;
  for (const patient of PATIENTS) {
    const exam = screenedExam(registeredExam(keyOf(patient), AT), 'recall', AT);
    const request = { requestId: 'base', requestedAt: AT, images: [], contract: null, model: MODEL };
    await home.exams.save({ ...exam, request });
  }
  const store = (results: ShardResults) =>
    home.objects.put(shardResultsKey(MESSAGE, 4), Buffer.from(JSON.stringify(results)));
  await store(resultsOf(PATIENTS));

  /** @param killAt after how many steps nothing happens any more. @returns the steps that happened */
  async function deliver(killAt = Number.POSITIVE_INFINITY): Promise<Step[]> {
    const steps: Step[] = [];
    const watched = <Port extends object>(port: Port, name: string): Port =>
      new Proxy(port, {
        get(target, property) {
          const method = Reflect.get(target, property) as unknown;
          if (typeof method !== 'function') return method;
          return async (...given: unknown[]) => {
            if (steps.length >= killAt) throw new Killed();
            const subject = given[0] as { patient?: string } | string | undefined;
            const named = typeof subject === 'string' ? subject : (subject?.patient ?? '');
            steps.push(`${name}.${String(property)} ${named}`);
            return (await method.apply(target, given)) as unknown;
          };
        },
      });
    const watchedHome: Pick<Home, 'objects' | 'exams' | 'events'> = {
      objects: watched(home.objects, 'objects'),
      exams: watched(home.exams, 'exams'),
      events: watched(home.events, 'events'),
    };
    const settling = settleShard(
      watchedHome,
      new Configuration(home.objects),
      MESSAGE,
      () => new Date(RESCORED_AT),
      EXAMS_PER_PART,
    );
    await settling.catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    return steps;
  }

  const progress = () => readStoredJson(home.objects, shardProgressKey(MESSAGE, 4), shardProgressSchema);
  const receipt = () => readReceipt(home.objects, MESSAGE, 4);
  const told = async () => (await home.events.after(0, 99)).map(({ event }) => event.id);
  return {
    ...{ home, store, deliver, progress, receipt, told },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

const readsOf = (steps: readonly Step[]) => steps.filter((step) => step.startsWith('exams.get'));

describe("writing a shard's results", () => {
  it('goes on where it was killed, at every step: it loses no exam and repeats no part', async () => {
    await using whole = await openShard();
    const all = await whole.deliver();
    const expected = await whole.receipt();
    expect(expected).toMatchObject({
      done: 12,
      moved: [
        { from: 'recall', to: 'refer', exams: 6 },
        // One eye is unknown to the head.
        { from: 'recall', to: 'not-assessed', exams: 6 },
      ],
    });
    const ids = await whole.told();
    expect(readsOf(all)).toHaveLength(12);
    let fewest = 12;
    for (let killAt = 1; killAt <= all.length; killAt += 1) {
      await using shard = await openShard();
      await shard.deliver(killAt);
      const settled = (await shard.progress())?.settled ?? [];
      const before =
        (await shard.receipt()) === undefined ? settled.reduce((sum, { exams }) => sum + exams, 0) : 12;
      const second = await shard.deliver();
      // Not even read: what was noted is not done again.
      expect(readsOf(second), `killed after ${all[killAt - 1]}`).toHaveLength(12 - before);
      fewest = Math.min(fewest, readsOf(second).length || 12);
      expect(await shard.receipt()).toEqual(expected);
      expect(new Set(await shard.told())).toEqual(new Set(ids));
      for (const patient of PATIENTS)
        expect((await shard.home.exams.get(keyOf(patient)))?.result?.rescored?.job).toBe('j1');
    }
    // Killed late, all parts but the last are left alone.
    expect(fewest).toBeLessThanOrEqual(5);
  });

  it('leaves neither results nor notes of its progress', async () => {
    await using shard = await openShard();
    await shard.deliver();
    const left = (await shard.home.objects.listVersions('jobs/', { limit: 99 })).items.map(({ key }) => key);
    expect(left).toEqual(['jobs/north/j1/receipts/000004.json']);
  });

  it('counts each exam once where patients are erased between two deliveries, written or not', async () => {
    await using whole = await openShard();
    const all = await whole.deliver();
    const middle = all.findIndex((step) => step.startsWith('objects.put jobs/north/j1/settling/')) + 1;
    expect(middle).toBeGreaterThan(0);
    for (const erased of PATIENTS) {
      await using shard = await openShard();
      await shard.deliver(middle);
      const record = await shard.home.exams.get(keyOf(erased));
      if (record === undefined) throw new Error('Expected an exam.');
      await shard.home.exams.remove(record);
      // What an erasure leaves of the results.
      await shard.store(
        resultsOf(
          PATIENTS.filter((patient) => patient !== erased),
          { failed: [ERASED] },
        ),
      );
      await shard.deliver();
      expect(await shard.receipt(), erased).toMatchObject({ done: 11, failed: [ERASED] });
      for (const patient of PATIENTS.filter((other) => other !== erased))
        expect((await shard.home.exams.get(keyOf(patient)))?.result?.rescored?.job).toBe('j1');
    }
  });

  it('counts an exam once that was gone before its part was written, and left the results after it', async () => {
    await using whole = await openShard();
    const all = await whole.deliver();
    const noted = all.findIndex((step) => step.startsWith('objects.put jobs/north/j1/settling/')) + 1;
    for (const erased of PATIENTS) {
      await using shard = await openShard();
      const record = await shard.home.exams.get(keyOf(erased));
      if (record === undefined) throw new Error('Expected an exam.');
      await shard.home.exams.remove(record);
      await shard.deliver(noted);
      await shard.store(
        resultsOf(
          PATIENTS.filter((patient) => patient !== erased),
          { failed: [ERASED] },
        ),
      );
      await shard.deliver();
      expect(await shard.receipt(), erased).toMatchObject({ done: 11, failed: [ERASED] });
    }
  });

  it('starts over where the shard was scored again meanwhile: another line may stand in a part', async () => {
    await using shard = await openShard();
    const all = await shard.deliver(40);
    expect(readsOf(all).length).toBeGreaterThan(0);
    expect((await shard.progress())?.settled.length).toBeGreaterThan(0);
    await shard.store(resultsOf(PATIENTS, { rescoredAt: '2026-06-01T00:05:00.000Z' }));
    expect(readsOf(await shard.deliver())).toHaveLength(12);
    expect(await shard.receipt()).toMatchObject({ done: 12, failed: [] });
  });
});
