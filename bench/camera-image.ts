import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { squashImage } from '../decoding/pixels/squash.ts';
import { PROJECT_ROOT } from '../lib/project-root.ts';
import { openBundle } from '../model/bundle/index.ts';
import { VisionSession } from '../model/runtime/vision-session.ts';
import { spreadOf, spreadText } from './figures.ts';
import { drawPairs, LocalSystem } from './local-system.ts';
import { processorTimeBelow } from './process-time.ts';

/**
 * Processor time of a camera's photograph on one machine, by the default model, from its upload to its exam's answer: the
 * host, preparation with its decoders, and the worker; the uploading client is not counted, nor what an idle system takes.
 * `node bench/camera-image.ts [--exams 60] [--rounds 3] [--size 2048] [--read]`. No exam is referred or read over, so no picture is made
 * for readers, unless `--read` leaves the program its settings. In turns with it, in one run, what decoding and
 * inference of the same photographs take in one bare process.
 */
const { values } = parseArgs({
  options: {
    exams: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    size: { type: 'string', default: '2048' },
    read: { type: 'boolean', default: false },
  },
});
const EXAMS = Number(values.exams);
const BATCH = 8;
const IDLE_SECONDS = 5;
/** At once, as `retclip upload` sends them. */
const UPLOADS = 8;
const pairs = await drawPairs(8, Number(values.size));
const files = pairs.flatMap(({ left, right }) => [left, right]);

const bundle = await openBundle(join(PROJECT_ROOT, 'bundles/default'), { text: false });
const vision = await VisionSession.load(bundle, { provider: 'cpu', precision: 'fp32', threads: 1 });

/** Milliseconds of a processor an image. */
async function bare(): Promise<number> {
  const began = process.cpuUsage();
  for (let first = 0; first < 2 * EXAMS; first += BATCH) {
    const squares: Uint8Array[] = [];
    for (let place = first; place < first + BATCH; place += 1) {
      const [square] = await squashImage(files[place % files.length] ?? Buffer.alloc(0), [vision.imageSize]);
      if (square !== undefined) squares.push(square.pixels);
    }
    await vision.run(Buffer.concat(squares));
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 / (Math.ceil((2 * EXAMS) / BATCH) * BATCH);
}

await using system = await LocalSystem.start();
// What it still does after its start must not count as what an idle system takes.
await delay(IDLE_SECONDS * 1000);

/** Milliseconds of a processor by program, and in all. */
type Times = ReadonlyMap<string, number>;
const total = (times: Times) => [...times.values()].reduce((sum, one) => sum + one, 0);

function less(times: Times, before: Times, factor = 1): Times {
  return new Map([...times].map(([program, time]) => [program, time - factor * (before.get(program) ?? 0)]));
}

/** What the idle system takes in a second. */
async function idle(): Promise<Times> {
  const before = processorTimeBelow(system.pid);
  await delay(IDLE_SECONDS * 1000);
  const taken = less(processorTimeBelow(system.pid), before);
  return new Map([...taken].map(([program, time]) => [program, time / IDLE_SECONDS]));
}

/** An image's time by program. */
async function whole(program: string): Promise<Times> {
  if (!values.read) await system.refersNothing(program);
  const idleEachSecond = await idle();
  const client = system.client(program);
  const began = performance.now();
  const before = processorTimeBelow(system.pid);
  const limit = pLimit(UPLOADS);
  const uploads = Array.from({ length: EXAMS }, (_, index) => {
    const pair = pairs[index % pairs.length];
    return pair && limit(() => system.upload(program, `P${index}`, pair));
  });
  await Promise.all(uploads);
  // Asked seldom: asking costs the host time as well.
  for (let open = EXAMS - 1; open >= 0; ) {
    const [state] = await client.lookup([{ patient: `P${open}`, exam: '1' }]);
    if (state?.status === 'screened') open -= 1;
    else await delay(500);
  }
  const seconds = (performance.now() - began) / 1000;
  const taken = less(less(processorTimeBelow(system.pid), before), idleEachSecond, seconds);
  return new Map([...taken].map(([name, time]) => [name, time / (2 * EXAMS)]));
}

// The first round warms both sides and is not counted.
const rounds: { readonly whole: Times; readonly bare: number }[] = [];
for (let round = 0; round <= Number(values.rounds); round += 1) {
  const one = { whole: await whole(`round-${round}`), bare: await bare() };
  console.log(
    `round ${round}: whole ${total(one.whole).toFixed(1)}, bare ${one.bare.toFixed(1)} ms of a processor an image`,
  );
  if (round > 0) rounds.push(one);
}
await vision.release();
const megabytes = spreadOf(files.map((file) => file.length / 1e6)).median;
console.log(
  `${files.length} photographs of ${values.size} px, ${megabytes.toFixed(2)} MB in the median, ${EXAMS} exams a round`,
);
console.log(`whole  ${spreadText(rounds.map((round) => total(round.whole)))} ms of a processor an image`);
for (const program of rounds[0]?.whole.keys() ?? [])
  console.log(`       ${spreadText(rounds.map((round) => round.whole.get(program) ?? 0))} of ${program}`);
console.log(`bare   ${spreadText(rounds.map((round) => round.bare))} ms of a processor an image`);
console.log(
  `ratio  ${spreadText(
    rounds.map((round) => total(round.whole) / round.bare),
    2,
  )}`,
);
