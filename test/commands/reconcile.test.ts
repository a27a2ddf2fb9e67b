import { afterEach, beforeEach, expect, it } from 'vitest';
import { putShard } from '../../core/reconciliation/testing/shards.ts';
import type { ReconciliationAnswer } from '../../functions/api/reconciliation-answer.ts';
import { apiClient } from '../../functions/testing/api-client.ts';
import { ServedApi } from '../system/served-api.ts';

const DAY = 24 * 3_600;
const SOUTH = { program: 'south', patient: 'P2', exam: '1' };
const LOST = 'images/north/P1/2026-05-01/left.jpg';

let api: ServedApi;

/** Stores the features of which the answers of this run's worker speak. */
async function storeFeatures(): Promise<void> {
  const shard = await putShard(api.run.home.features, [{ exam: SOUTH, requestId: 'r' }]);
  api.run.features = { shard, row: 0 };
}

beforeEach(async () => {
  api = await ServedApi.open();
  const { run } = api;
  await run.upload('left', 'lost');
  const messages = await run.receive('intake');
  await run.home.queues.intake.queue.delete(messages.map(({ receipt }) => receipt));
  await run.upload('right', 'known', SOUTH);
  await run.deliver('intake');
  await storeFeatures();
  const vector = {
    model: 'm1',
    vector: Float32Array.of(1, 0),
    outcome: 'refer',
    screenedAt: '2026-05-01',
  } as const;
  await run.home.vectors.put([{ ...vector, key: SOUTH }]);
  run.pass(2 * DAY);
}, 60_000);
afterEach(() => api[Symbol.asyncDispose]());

async function answerOf(...words: readonly string[]): Promise<ReconciliationAnswer> {
  const { stdout, stderr } = await api.retclip('reconcile', '--json', ...words);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

function foundBy({ stages }: ReconciliationAnswer) {
  return stages.flatMap(({ findings }) => findings.map(({ finding, found, done }) => [finding, found, done]));
}

it('shows what would be done, does it, and then finds it no more', async () => {
  const dry = await answerOf('--dry-run');
  expect(dry).toMatchObject({ program: null, dryRun: true, state: 'finished', waitingForPerson: 0 });
  expect(foundBy(dry)).toEqual([
    ['image-unannounced', 1, 0],
    ['exam-overdue', 1, 0],
    ['feature-shard-unnamed', 1, 0],
  ]);
  const shown = await api.retclip('reconcile');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain('1 sent again');
  expect(shown.stdout).toContain(LOST);
  expect(shown.stdout).toContain('Nothing waits for a person.');
  await storeFeatures();
  await api.run.settle();
  api.run.pass(DAY);
  const nothing = await api.retclip('reconcile', '--program', 'south');
  expect(nothing.stdout).toMatch(/^Nothing is lost or left over. Program south was looked at: .*images 1,/);
}, 120_000);

it('of one program looks at no other, and says by its code that something waits for a person', async () => {
  const { run } = api;
  expect(foundBy(await answerOf('--program', 'south', '--dry-run'))).toEqual([['exam-overdue', 1, 0]]);
  await run.settle();
  run.pass(901);
  await run.settle();
  const right = (await run.exam(SOUTH))?.images[0];
  await run.home.objects.deleteVersion(right?.key ?? '', right?.versionId ?? '');
  const { code, stdout } = await api.retclip('reconcile', '--program', 'south');
  expect(code).toBe(1);
  expect(stdout).toContain(`${right?.key}#${right?.versionId}`);
  expect(stdout).toContain('Upload it again, or restore the store.');
}, 120_000);

it('is kept, told again, and noted in the audit trail of its program', async () => {
  const client = apiClient(api.run);
  const path = '/v1/programs/north/reconciliation';
  const done = await client.post(path, {});
  expect(done.body.state).toBe('finished');
  expect(foundBy(done.body)).toEqual([['image-unannounced', 1, 1]]);
  expect((await client.get(path)).body.stages).toEqual(done.body.stages);
  expect((await client.get('/v1/reconciliation')).body).toMatchObject({ state: 'never', stages: [] });
  await client.flushAudit();
  const { items } = (await client.get('/v1/programs/north/audit')).body;
  expect(items).toContainEqual(
    expect.objectContaining({ method: 'POST', route: '/v1/programs/{program}/reconciliation', status: 200 }),
  );
});

it('refuses an unknown program and an unknown option', async () => {
  const unknown = await api.retclip('reconcile', '--program', 'nrth');
  expect([unknown.code, unknown.stdout]).toEqual([2, '']);
  const client = apiClient(api.run);
  expect((await client.post('/v1/reconciliation', { force: true })).status).toBe(400);
});
