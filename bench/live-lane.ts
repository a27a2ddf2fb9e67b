import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Configuration } from '../core/programs/configuration.ts';
import { LaneScreening } from '../functions/screen/lane-screening.ts';
import { createScreenBatch } from '../functions/screen/screen-batch.ts';
import { LaneRun } from '../functions/screen/testing/lane-run.ts';
import { openLocalHome } from '../local/home.ts';

// Seconds of the live lane on this machine: of a container's process from its start to its first exam's result, and of an exam
// in a process whose model is loaded. Stores and queues are those of one machine; no AWS is asked. `npx node bench/live-lane.ts`
const FROM_ZERO = 7;
const WARM = 15;
const BUNDLE = fileURLToPath(new URL('default', new URL('../bundles/', import.meta.url)));
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.round(share * (sorted.length - 1))] ?? 0).toFixed(3);
  return `median ${at(0.5)} s (${at(0)} to ${at(1)}, ${values.length} runs)`;
}

/** One container: screens exams one by one, a call each, and tells after each that its result is sent. */
async function container(data: string, cache: string, exams: number): Promise<void> {
  const home = await openLocalHome(data, { sweep: false });
  const counters = { add: () => undefined };
  const configuration = new Configuration(home.objects);
  const screening = new LaneScreening({
    ...{ home, configuration, cache, log: QUIET, counters },
    setting: 'auto',
  });
  const screenBatch = createScreenBatch({ home, screening, log: QUIET, counters });
  for (let exam = 0; exam < exams; exam += 1) {
    const messages = await home.queues['live-screening'].queue.receive({ maxMessages: 1, waitSeconds: 0 });
    const began = performance.now();
    const again = await screenBatch({ source: 'live-screening', messages, milliseconds: 60_000 });
    if (messages.length !== 1 || again.length > 0) throw new Error('An exam was not screened.');
    process.stdout.write(`${performance.now() - began}\n`);
  }
  process.exit(0);
}

/** Starts a container. @returns seconds from its start to its first result, and of each later exam */
async function start(data: string, cache: string, exams: number) {
  const began = performance.now();
  const words = [fileURLToPath(import.meta.url), data, cache, String(exams)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let first = 0;
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (first === 0) first = (performance.now() - began) / 1000;
    printed += chunk.toString();
  });
  await once(child, 'close');
  const calls = printed.trim().split('\n').map(Number);
  return { first, later: calls.slice(1).map((milliseconds) => milliseconds / 1000) };
}

const [, , data, cache = '', exams = '1'] = process.argv;
if (data !== undefined) await container(data, cache, Number(exams));

await using run = await LaneRun.open();
await run.install(BUNDLE);
const patients = Array.from({ length: FROM_ZERO + 1 + WARM }, (_, index) => `P${index}`);
await run.upload(...patients);
await run.until(async () => (await run.depth('live-screening')) === patients.length, { live: false });
const before = loadavg()[0] ?? 0;
const firsts: number[] = [];
// Each has an empty cache, as a container that starts: the bundle is fetched from the store.
for (let index = 0; index < FROM_ZERO; index += 1)
  firsts.push((await start(run.dataFolder, run.emptyFolder(`cache-${index}`), 1)).first);
const { later } = await start(run.dataFolder, run.emptyFolder('cache-warm'), 1 + WARM);
const processors = cpus();
process.stdout.write(
  `${processors.length} × ${processors[0]?.model}, load ${before.toFixed(1)} to ${(loadavg()[0] ?? 0).toFixed(1)}
from zero, process to first result: ${spread(firsts)}
warm, one exam of two images:       ${spread(later)}
`,
);
