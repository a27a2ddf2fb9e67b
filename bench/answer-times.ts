import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { drawPairs, LocalSystem } from './local-system.ts';

/**
 * How long it takes from the upload of an exam's second photograph to the answer about the quality of both, and to the exam's
 * finding, on one machine by the default model: `node bench/answer-times.ts [--probes 30] [--load 1000] [--size 2048]`. Alone,
 * one exam after another; then the same while so many other photographs of another program come.
 */
const { values } = parseArgs({
  options: {
    probes: { type: 'string', default: '30' },
    load: { type: 'string', default: '1000' },
    size: { type: 'string', default: '2048' },
  },
});
const PROBES = Number(values.probes);
const LOAD_EXAMS = Math.ceil(Number(values.load) / 2);
/** Uploads of the load that are under way at once. */
const LOAD_AT_ONCE = 4;
const PAUSE_MILLISECONDS = 20;

const pairs = await drawPairs(8, Number(values.size));
const pairOf = (index: number) => {
  const pair = pairs[index % pairs.length];
  if (pair === undefined) throw new Error('No photographs were drawn.');
  return pair;
};
await using system = await LocalSystem.start();

interface Times {
  readonly quality: number;
  readonly finding: number;
}

/** Seconds from the second photograph's storing to each answer. */
async function probe(program: string, index: number): Promise<Times> {
  const patient = `P${index}`;
  const exam = { patient, exam: '1' };
  const client = system.client(program);
  await system.upload(program, patient, pairOf(index));
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const isPrepared = async (name: string) => (await client.image(exam, name)).preparation === 'prepared';
  while (!((await isPrepared('left.jpg')) && (await isPrepared('right.jpg'))))
    await delay(PAUSE_MILLISECONDS);
  const quality = seconds();
  while ((await client.lookup([exam]))[0]?.status !== 'screened') await delay(PAUSE_MILLISECONDS);
  return { quality, finding: seconds() };
}

/** Uploads the load as fast as the system takes it. @returns how long that took, and until it was answered, in seconds */
async function load(program: string): Promise<{ readonly sent: number; readonly answered: number }> {
  const began = performance.now();
  let next = 0;
  const send = async () => {
    for (let index = next++; index < LOAD_EXAMS; index = next++)
      await system.upload(program, `L${index}`, pairOf(index));
  };
  await Promise.all(Array.from({ length: LOAD_AT_ONCE }, send));
  const sent = (performance.now() - began) / 1000;
  const client = system.client(program);
  for (let open = LOAD_EXAMS - 1; open >= 0; ) {
    const [state] = await client.lookup([{ patient: `L${open}`, exam: '1' }]);
    if (state?.status === 'screened') open -= 1;
    else await delay(500);
  }
  return { sent, answered: (performance.now() - began) / 1000 };
}

/** Median and 95th percentile, by the nearest rank. */
function text(figures: readonly number[]): string {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return `median ${at(0.5).toFixed(2)} s, p95 ${at(0.95).toFixed(2)} s`;
}

function report(title: string, times: readonly Times[]): void {
  console.log(`${title}, ${times.length} exams of two photographs of ${values.size} px:`);
  console.log(`  to the quality of both  ${text(times.map(({ quality }) => quality))}`);
  console.log(`  to the finding          ${text(times.map(({ finding }) => finding))}`);
}

// Not counted: the first exam finds code and graphs cold.
await probe('warm', 0);
const alone: Times[] = [];
for (let index = 0; index < PROBES; index += 1) alone.push(await probe('alone', index));
report('alone', alone);

let isLoaded = true;
const loading = load('load').finally(() => {
  isLoaded = false;
});
const beside: Times[] = [];
for (let index = 0; isLoaded; index += 1) {
  const times = await probe('beside', index);
  // One that outlasted the load was not beside it.
  if (isLoaded || beside.length === 0) beside.push(times);
}
const { sent, answered } = await loading;
report(`while ${2 * LOAD_EXAMS} others come`, beside);
console.log(`  the others: sent in ${sent.toFixed(1)} s, answered after ${answered.toFixed(1)} s`);
