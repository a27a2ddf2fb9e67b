import { copyFile, cp, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_MODEL, tellScreening } from '../../cli/local/command.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import type { ScreeningCondition } from '../../core/summary/screening-condition.ts';
import { type Host, startHost } from '../../local/host/host.ts';
import { generatePatient } from '../../phantoms/index.ts';

let folder: string;
let host: Host | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampered-'));
});
afterEach(async () => {
  await host?.stop();
  await rm(folder, { recursive: true });
});

/** Turns one bit of a file. */
async function tamper(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 100);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, size - 100);
}

it('stops screening alone: the host says why, takes photographs in, and goes on once the bundle is whole', async () => {
  const model = join(folder, 'model');
  await cp(DEFAULT_MODEL, model, { recursive: true });
  await tamper(join(model, 'fusion.onnx'));
  const conditions: ScreeningCondition[] = [];
  const said: string[] = [];
  const tell = tellScreening((text) => said.push(text));
  const standing = Promise.withResolvers<void>();
  const goingOn = Promise.withResolvers<void>();
  host = await startHost({
    dataFolder: join(folder, 'data'),
    model,
    onScreening: (condition) => {
      conditions.push(condition);
      tell(condition);
      if (condition.state === 'stopped') standing.resolve();
      if (condition.state === 'running') goingOn.resolve();
    },
  });
  const { url, token, home } = host;
  const ask = async (path: string) =>
    (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
  await standing.promise;
  const { left, right } = await generatePatient({
    ...{ seed: 'tampered', index: 0, size: 400 },
    defects: { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 },
  });
  const exam = { program: 'north', patient: 'P1', exam: '1' };
  const metadata = { eyes: 'both' };
  await home.objects.put(imageKey(exam, 'left', 'jpg'), left?.jpeg ?? Buffer.alloc(0), { metadata });
  await home.objects.put(imageKey(exam, 'right', 'jpg'), right?.jpeg ?? Buffer.alloc(0), { metadata });
  while ((await home.exams.get(exam))?.status !== 'screening')
    await new Promise((next) => setTimeout(next, 50));

  expect(await ask('/health')).toEqual({ status: 'degraded', screening: 'stopped' });
  const summary = (await ask('/v1/programs/north/summary')) as Record<string, unknown>;
  expect(summary).toMatchObject({ waiting: { screening: 1 }, screened: 0, screening: { state: 'stopped' } });
  expect((summary.screening as ScreeningCondition).reason).toMatch(/"fusion\.onnx".*changed or damaged/);
  expect(said.join('')).toMatch(/Screening stands still: File "fusion\.onnx"/);
  expect(await readFile(join(folder, 'data', 'host.log'), 'utf8')).toContain('Screening stands still');
  // However often it is tried, it is said once.
  expect(conditions.filter(({ state }) => state === 'stopped')).toHaveLength(1);

  await copyFile(join(DEFAULT_MODEL, 'fusion.onnx'), join(model, 'fusion.onnx'));
  await goingOn.promise;
  while ((await home.exams.get(exam))?.status !== 'screened')
    await new Promise((next) => setTimeout(next, 50));
  expect(said.at(-1)).toContain('Screening goes on');
  expect(await ask('/health')).toEqual({ status: 'ok' });
});

it('stops preparation alike: the host says why, photographs wait untried, and go on once the bundle is whole', async () => {
  const model = join(folder, 'model');
  await cp(DEFAULT_MODEL, model, { recursive: true });
  await tamper(join(model, 'detector.onnx'));
  const said: string[] = [];
  host = await startHost({ dataFolder: join(folder, 'data'), model, tell: (text) => said.push(text) });
  const { home } = host;
  const { left, right } = await generatePatient({
    ...{ seed: 'tampered', index: 1, size: 400 },
    defects: { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 },
  });
  const exam = { program: 'north', patient: 'P1', exam: '1' };
  const metadata = { eyes: 'both' };
  await home.objects.put(imageKey(exam, 'left', 'jpg'), left?.jpeg ?? Buffer.alloc(0), { metadata });
  await home.objects.put(imageKey(exam, 'right', 'jpg'), right?.jpeg ?? Buffer.alloc(0), { metadata });
  while (!said.join('').includes('"detector.onnx"')) await new Promise((next) => setTimeout(next, 50));
  const { queue, deadLetters } = home.queues.preparation;
  const waiting = await queue.receive({ maxMessages: 10, waitSeconds: 20 });
  expect(waiting.map(({ receiveCount }) => receiveCount)).toEqual([1, 1]);
  await queue.release(waiting.map(({ receipt }) => receipt));
  expect(await deadLetters.depth()).toMatchObject({ visible: 0 });
  expect(await home.exams.get(exam)).toBeUndefined();
  await copyFile(join(DEFAULT_MODEL, 'detector.onnx'), join(model, 'detector.onnx'));
  while ((await home.exams.get(exam))?.status !== 'screened')
    await new Promise((next) => setTimeout(next, 50));
}, 240_000);
