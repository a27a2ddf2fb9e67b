import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageKey } from '../../core/keys/image-key.ts';
import { prepareImages } from '../../core/messages/image-prepared.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { activate, activeModelOf, storeBundleHeads } from './active-bundle.ts';
import { WorkerProcess } from './worker-process.ts';

/** Enough for the bulk to be far from its end when the first of it is done, on any machine. */
const BULK = 300;

let folder: string;
let home: LocalHome;
let preparation: WorkerProcess | undefined;
let photograph: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-before-bulk-'));
  // What is put is announced by the test.
  home = await openLocalHome(folder, { notifications: [] });
  await storeBundleHeads(home.objects, DEFAULT_BUNDLE);
  await activate(home.objects, await activeModelOf(DEFAULT_BUNDLE));
  const patient = await generatePatient({ seed: 'bulk', index: 1, size: 256, defects: { missingEye: 0 } });
  photograph = Buffer.from(patient.left?.jpeg ?? []);
}, 120_000);
afterAll(async () => {
  await preparation?.stop();
  await home.close();
  await rm(folder, { recursive: true });
});

async function put(patient: string) {
  const key = imageKey({ program: 'north', patient, exam: '1' }, 'left', 'jpg');
  return home.objects.put(key, photograph);
}

/** Keys of what preparation has told of, in the order of its telling. */
async function told(until: (keys: readonly string[]) => boolean): Promise<readonly string[]> {
  const { queue } = home.queues.intake;
  const keys: string[] = [];
  while (!until(keys)) {
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 1 });
    keys.push(...messages.map(({ body }) => JSON.parse(body).image.key));
    await queue.delete(messages.map(({ receipt }) => receipt));
    await delay(5);
  }
  return keys;
}

it('a photograph of today is prepared while hundreds that a job asked for still wait', async () => {
  const objects = [];
  for (let index = 0; index < BULK; index += 1) objects.push(await put(`B${index}`));
  const bulk = home.queues['bulk-preparation'].queue;
  await bulk.send(prepareImages('north', objects, { bulk: true }));
  preparation = new WorkerProcess({
    ...{ child: 'preparation', dataFolder: folder, model: DEFAULT_BUNDLE },
    logFile: join(folder, 'preparation.log'),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    onDeath: async () => undefined,
  });
  const before = await told((keys) => keys.length > 0);
  // In the very same program: no fairness between programs helps it.
  const today = await put('today');
  await home.queues.preparation.queue.send(prepareImages('north', [today]));
  const until = await told((keys) => keys.includes(today.key));
  const { visible } = await bulk.depth();
  const ahead = before.length + until.length - 1;
  expect(visible).toBeGreaterThan(0);
  expect(ahead).toBeLessThan(BULK / 2);
  const rest = await told((keys) => keys.length >= BULK - ahead);
  expect(new Set([...before, ...until, ...rest]).size).toBe(BULK + 1);
}, 240_000);
