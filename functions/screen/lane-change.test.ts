import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildUntrainedBundle } from '../../bundles/untrained-bundle.ts';
import { LaneRun } from './testing/lane-run.ts';

/** Its image costs a tenth of what the live lane takes. */
const CHEAP = join(import.meta.dirname, '../../bundles/default');

let folder: string;
/** Nobody has measured what its image costs: it goes to the GPU. */
let dear: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lane-change-'));
  dear = join(folder, 'bundle');
  await buildUntrainedBundle(dear);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const models = async (run: LaneRun, ...patients: string[]) =>
  (await run.exams(...patients)).map((record) => record?.result?.model);

describe('a change of the model', { timeout: 240_000 }, () => {
  it('to a cheap one moves exams that wait for a GPU to the live lane, and loses none', async () => {
    await using run = await LaneRun.open();
    await run.install(dear);
    await run.upload('P1', 'P2');
    await run.until(async () => (await run.depth('screening')) === 2);
    expect(await run.depth('live-screening')).toBe(0);

    const cheap = await run.install(CHEAP);
    await run.upload('P3');
    {
      // The service wakes for its backlog; its worker loads what is active, and screens nothing of the former model.
      await using _ = await run.wakeWorker();
      await run.until(() => run.areScreened('P1', 'P2', 'P3'));
    }
    expect(await models(run, 'P1', 'P2', 'P3')).toEqual([cheap.model, cheap.model, cheap.model]);
    expect(run.live.rates).toBeDefined();
    expect(run.counts.get('ImageScreened')).toBe(6);
    for (const queue of ['screening', 'live-screening', 'results'] as const)
      expect([queue, await run.depth(queue)]).toEqual([queue, 0]);
  });

  it('to a dear one hands over what waits in the live lane, which does not load it', async () => {
    await using run = await LaneRun.open();
    const cheap = await run.install(CHEAP);
    await run.upload('P1');
    await run.until(() => run.areScreened('P1'));
    expect(await models(run, 'P1')).toEqual([cheap.model]);
    await run.upload('P2', 'P3');
    await run.until(async () => (await run.depth('live-screening')) === 2, { live: false });

    const other = await run.install(dear);
    await run.until(async () => (await run.depth('screening')) === 2);
    expect(run.live.rates).toBeUndefined();
    expect(run.counts.get('RequestHandedOver')).toBe(2);
    {
      await using _ = await run.wakeWorker();
      await run.until(() => run.areScreened('P2', 'P3'));
    }
    // What was answered before keeps its answer.
    expect(await models(run, 'P1', 'P2', 'P3')).toEqual([cheap.model, other.model, other.model]);
  });

  it('and back again while its requests wait screens each exam once, by the model that is active in the end', async () => {
    await using run = await LaneRun.open();
    const cheap = await run.install(CHEAP);
    await run.upload('P1');
    await run.until(async () => (await run.depth('live-screening')) === 1, { live: false });
    await run.install(dear);
    await run.upload('P2');
    await run.until(async () => (await run.depth('screening')) >= 1, { live: false });
    await run.install(CHEAP);
    await using _ = await run.wakeWorker();
    await run.until(() => run.areScreened('P1', 'P2'));
    expect(await models(run, 'P1', 'P2')).toEqual([cheap.model, cheap.model]);
  });
});
