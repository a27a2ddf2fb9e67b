import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkFile } from '../decoding/check-file.ts';
import { Decoders } from '../decoding/index.ts';
import { configureDecoder } from '../decoding/pixels/open-image.ts';
import { squashImage } from '../decoding/pixels/squash.ts';
import { QUALITY_GATE } from '../judging/index.ts';
import judgeSquares from '../judging/judge-squares.ts';
import { jpegBomb, webpBomb } from '../phantoms/hostile/index.ts';
import { generatePatient } from '../phantoms/index.ts';
import { secondsOf, spreadText } from './figures.ts';
import { processMebibytes } from './process-memory.ts';

/**
 * What it costs to decode in processes that may die, against decoding in this one, alternating; and the memory of
 * hostile files either way: `node bench/decoding.ts [--sizes 512,2048] [--rounds 9] [--images 16] [--hostile]`.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '512,2048' },
    rounds: { type: 'string', default: '9' },
    images: { type: 'string', default: '16' },
    hostile: { type: 'boolean', default: false },
  },
});
const SIDE = 224;
const PROCESSES = 2;
/** Of Linux: what /proc counts in. */
const TICKS_PER_SECOND = 100;

/** Processor seconds of a process since its start. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / TICKS_PER_SECOND;
}

async function processorOfAll(decoders: Decoders): Promise<number> {
  const each = await Promise.all([process.pid, ...decoders.pids].map(processorSeconds));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

async function here(file: Uint8Array): Promise<void> {
  checkFile(file, 2 ** 40);
  await judgeSquares(await squashImage(file, [SIDE]));
}

async function bothWays(files: readonly Uint8Array[], decoders: Decoders) {
  const half = (from: number) => files.filter((_, index) => index % PROCESSES === from);
  const ways = [
    {
      name: 'in this process',
      run: () =>
        Promise.all(
          Array.from({ length: PROCESSES }, async (_, from) => {
            for (const file of half(from)) await here(file);
          }),
        ),
    },
    {
      name: 'in processes that may die',
      run: () =>
        Promise.all(
          files.map((file) => decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [SIDE] })),
        ),
    },
  ].map((way) => ({ ...way, rates: [] as number[], processor: [] as number[] }));
  for (const { run } of ways) await run();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const way of ways) {
      const before = await processorOfAll(decoders);
      way.rates.push(files.length / (await secondsOf(way.run)));
      way.processor.push(((await processorOfAll(decoders)) - before) / files.length);
    }
  }
  return ways;
}

/** The most that this process and its children held together while some work was done. */
async function peakMebibytes(decoders: Decoders | null, work: () => Promise<unknown>): Promise<number> {
  let most = 0;
  let isDone = false;
  const watch = (async () => {
    while (!isDone) {
      const pids = [process.pid, ...(decoders?.pids ?? [])];
      const each = await Promise.all(pids.map((pid) => processMebibytes(pid, 'VmRSS')));
      most = Math.max(
        most,
        each.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0),
      );
      await delay(10);
    }
  })();
  await work().catch(() => undefined);
  isDone = true;
  await watch;
  return most;
}

configureDecoder();
if (values.hostile) {
  const cmyk = jpegBomb({ width: 11_000, height: 11_000, components: 4, emptyScans: 1 });
  const files: Readonly<Record<string, readonly Uint8Array[]>> = {
    'a WebP of some 30 bytes, 16383 × 9100': [webpBomb(16_383, 9_100)],
    'four progressive CMYK JPEGs of 121 megapixels': [cmyk, cmyk, cmyk, cmyk],
    'a JPEG of 2048 × 2048 with 20,001 scans': [
      jpegBomb({ width: 2_048, height: 2_048, components: 1, emptyScans: 20_000 }),
    ],
  };
  for (const [name, list] of Object.entries(files)) {
    for (const way of ['in processes that may die', 'in this process']) {
      const decoders = way === 'in this process' ? null : new Decoders({ processes: 4 });
      const each = (file: Uint8Array) =>
        (decoders === null
          ? squashImage(file, [SIDE])
          : decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [SIDE] })
        ).catch((error: Error) => error.message);
      let seconds = 0;
      const most = await peakMebibytes(decoders, async () => {
        seconds = await secondsOf(() => Promise.all(list.map(each)));
      });
      await decoders?.close();
      console.log(`${name}, ${way}: at most ${most.toFixed(0)} MiB, ${seconds.toFixed(1)} s`);
    }
  }
}
for (const size of values.sizes.split(',').map(Number)) {
  const files: Uint8Array[] = [];
  for (let index = 0; files.length < Number(values.images); index += 1) {
    const { left } = await generatePatient({ seed: 'bench', index, size });
    if (left !== null) files.push(left.jpeg);
  }
  const decoders = new Decoders({ processes: PROCESSES, finish: QUALITY_GATE });
  const ways = await bothWays(files, decoders);
  await decoders.close();
  for (const { name, rates, processor } of ways) {
    const ratios = rates.map((rate, round) => rate / (ways[0]?.rates[round] ?? Number.NaN));
    const milliseconds = processor.map((seconds) => seconds * 1_000);
    console.log(
      `${size} px ${name.padEnd(26)} ${spreadText(rates, 1)} images/s, ratio ${spreadText(ratios, 2)}, processor ${spreadText(milliseconds, 1)} ms an image`,
    );
  }
}
