import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeadReference } from '../../core/activation/active-model.ts';
import { startShadow } from '../../core/heads/shadow-heads.ts';
import { readHead, storeHead } from '../../core/heads/stored-heads.ts';
import { createApi } from '../../functions/api/app.ts';
import { tokenCaller } from '../../functions/api/token-caller.ts';
import { type LoopbackServer, serveOnLoopback } from '../../local/host/loopback-server.ts';
import { JobRun } from '../../rescore-worker/testing/job-run.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { retclip } from '../system/retclip.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const EXAMS = 40;
let run: JobRun;
let server: LoopbackServer;
let program: string;

beforeAll(async () => {
  run = await JobRun.open({ exams: EXAMS });
  ({ program } = run.population);
  const app = createApi({ home: run.home, authenticate: tokenCaller('token'), log: QUIET });
  server = await serveOnLoopback(app, 0);
});
afterAll(async () => {
  await server.stop();
  await run[Symbol.asyncDispose]();
});

function heads(...words: readonly string[]) {
  return retclip(['heads', ...words, '--program', program], {
    RETCLIP_ENDPOINT: server.url,
    RETCLIP_TOKEN: 'token',
  });
}

async function report(...words: readonly string[]) {
  const { code, stdout, stderr } = await heads('shadow-report', '--json', ...words);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Another version of the live head, which calls fewer exams positive. */
async function stricterHead(): Promise<HeadReference> {
  const { heads: live, model } = run.population.model;
  const [reference] = live;
  if (reference === undefined) throw new Error('Expected a live head.');
  const head = await readHead(run.home.objects, reference, model);
  const labels = head.labels.map((label) => ({ ...label, threshold: 0.6 }));
  return storeHead(run.home.objects, { ...head, labels });
}

/** What the records themselves say: how many outcomes would move, and when the exams were screened. */
async function told(): Promise<{ moved: number; from: string; to: string }> {
  let moved = 0;
  const instants: string[] = [];
  for (let index = 0; index < EXAMS; index += 1) {
    const result = (await run.home.exams.get(run.population.keyOf(index)))?.result;
    if (result == null) throw new Error('Expected a result.');
    instants.push(result.screenedAt);
    if (result.shadow !== undefined && result.shadow.outcome !== result.outcome) moved += 1;
  }
  instants.sort();
  return { moved, from: instants[0] ?? '', to: instants.at(-1) ?? '' };
}

describe('heads shadow-report', () => {
  it('says nothing of heads that no exam was compared with', async () => {
    const other = await storeHead(run.home.objects, drawnHead('waiting', 8, ['glaucoma']));
    const { model } = run.population.model;
    await startShadow(run.home.objects, [other], model, 'operator', new Date('2031-01-01T00:00:00Z'));
    const empty = await report();
    expect(empty).toMatchObject({ program, job: null, done: 0, from: null, to: null, outcomesMoved: null });
    expect(empty).toMatchObject({ heads: [{ name: 'waiting' }], labels: [], moved: [], others: [] });
    const { stdout } = await heads('shadow-report');
    expect(stdout).toMatch(
      /waiting.*No exam of program .* new since 2031-01-01.* was compared.*Nothing can be said/s,
    );
    expect(stdout).not.toMatch(/outcome would move|another outcome|promote/);
  });

  it('reports a finished job though another head is in shadow, and says over which exams', async () => {
    const tried = await stricterHead();
    const { job } = await run.run({ heads: [tried], shadow: true });
    const { moved, from, to } = await told();
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(EXAMS);
    const found = await report();
    expect(found).toMatchObject({
      program,
      job,
      heads: [tried],
      done: EXAMS,
      from,
      to,
      outcomesMoved: moved,
    });
    expect(found.others).toMatchObject([{ job: null, heads: [{ name: 'waiting' }], outcomesMoved: null }]);
    const { stdout } = await heads('shadow-report');
    expect(stdout).toContain(
      `tried on ${EXAMS} exams of program ${program}, in job ${job}, screened ${from} to ${to}`,
    );
    expect(stdout).toContain(`${moved} of ${EXAMS} exams would have another outcome:`);
    expect(stdout.match(/heads promote/g)).toHaveLength(1);
    expect(stdout).toContain(`heads promote --job ${job}`);
    expect(await report('--job', job)).toMatchObject({ job, outcomesMoved: moved, others: [] });
  });

  it('reads reports of before exams were counted', async () => {
    const tried = await run.head('former');
    const { job } = await run.run({ heads: [tried], shadow: true });
    const key = `job-reports/${program}/${job}.json`;
    const stored = JSON.parse(Buffer.from((await run.home.objects.get(key)).content).toString());
    delete stored.comparison.over;
    await run.home.objects.put(key, Buffer.from(JSON.stringify(stored)));
    expect(await report('--job', job)).toMatchObject({ done: EXAMS, from: null, to: null });
  });

  it('offers no promotion of a job that compared nothing', async () => {
    const nobody = { until: '2001-01-01T00:00:00.000Z' };
    const { job } = await run.run({ heads: [await run.head('untried')], shadow: true, selection: nobody });
    expect(await report('--job', job)).toMatchObject({ done: 0, outcomesMoved: null, moved: [] });
    expect((await heads('shadow-report', '--job', job)).stdout).not.toMatch(/promote/);
    const refused = await heads('promote', '--job', job);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/compared no exam/);
  });
});
