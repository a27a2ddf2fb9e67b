import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { parseHead } from '../core/heads/head.ts';
import { FeatureCollection } from '../model/cohort/index.ts';
import { Random } from '../phantoms/random.ts';
import { secondsOf } from './figures.ts';
import { processMebibytes } from './process-memory.ts';

/**
 * Time and memory of `retclip heads fit` and `eval` on a made-up cohort: correlated features whose spectrum falls as
 * that of a deep network does, labels of many prevalences. Each command runs in a process of its own, from the files to
 * the head or the report: `node bench/heads.ts [--exams 100000] [--channels 512] [--labels 28]`.
 */
const { values } = parseArgs({
  options: {
    exams: { type: 'string', default: '100000' },
    channels: { type: 'string', default: '512' },
    labels: { type: 'string', default: '28' },
  },
});
const exams = Number(values.exams);
const channels = Number(values.channels);
const labels = Number(values.labels);

/** Directions that the channels of both eyes mix; the labels depend on them. */
const LATENT = 64;
/** Directions that one channel mixes. */
const MIXED = 8;
const random = new Random('heads-fit');
const mixing = Float32Array.from(
  { length: MIXED * channels },
  (_, at) => random.normal() / (1 + (at % MIXED)),
);
const truth = Float32Array.from({ length: LATENT * labels }, () => 0.2 * random.normal());
const unused = new Float32Array(channels);

function eye(latent: Float32Array): { readonly visual: Float32Array; readonly mapped: Float32Array } {
  const visual = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel += 1) {
    let value = 0.3 + 0.2 * (random.next() - 0.5);
    for (let at = 0; at < MIXED; at += 1) {
      value += (latent[MIXED * at + (channel % MIXED)] as number) * (mixing[channel * MIXED + at] as number);
    }
    visual[channel] = value;
  }
  return { visual, mapped: unused };
}

const collection = new FeatureCollection(channels);
const latent = new Float32Array(LATENT);
function* labelLines(): Generator<string> {
  yield `patient,${Array.from({ length: labels }, (_, label) => `label-${label}`).join()}\n`;
  for (let exam = 0; exam < exams; exam += 1) {
    for (let axis = 0; axis < LATENT; axis += 1) latent[axis] = random.normal();
    collection.add(
      { patient: `P${exam}`, exam: '1' },
      { left: eye(latent), right: eye(latent), patient: unused },
    );
    const line = Array.from({ length: labels }, (_, label) => {
      let score = -1 - (4 * label) / labels;
      for (let axis = 0; axis < LATENT; axis += 1) {
        score += (latent[axis] as number) * (truth[label * LATENT + axis] as number);
      }
      return random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
    });
    yield `P${exam},${line.join()}\n`;
  }
}

/** Time of a verb in a process of its own, and the most memory that Linux saw it hold. */
async function peakOf(command: string, words: readonly string[]) {
  let mebibytes = 0;
  const seconds = await secondsOf(async () => {
    const child = spawn(process.execPath, [command, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
    const watch = setInterval(async () => {
      const seen = await processMebibytes(child.pid, 'VmHWM');
      if (seen > mebibytes) mebibytes = seen;
    }, 100);
    const [code] = await once(child, 'exit');
    clearInterval(watch);
    if (code !== 0) throw new Error(`retclip ${words.join(' ')} ended with code ${code}.`);
  });
  return { seconds, mebibytes };
}

const folder = await mkdtemp(join(tmpdir(), 'heads-'));
try {
  const [features, table, out] = ['features.safetensors', 'labels.csv', 'head.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await pipeline(Readable.from(labelLines()), createWriteStream(table));
  await collection.write(features, {
    model: '0'.repeat(64),
    preprocessing: 'squash-bicubic-v1',
    trained: true,
    precision: 'fp32' as const,
    equivalents: [],
  });
  const command = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const words = [
    'heads',
    'fit',
    '--features',
    features,
    '--labels',
    table,
    '--feature',
    'pair',
    '--name',
    'bench',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...words, '--out', out, '--json']);
  const { seconds, processorSeconds, peakMebibytes } = JSON.parse(stdout);
  const { statistics } = parseHead(await readFile(out, 'utf8'), out);
  const all = Object.values(statistics?.labels ?? {});
  const auroc = all.reduce((sum, label) => sum + label.auroc, 0) / all.length;
  const penalties = [...new Set(all.map(({ penalty }) => penalty.toPrecision(2)))].join(' ');
  console.log(
    `${exams} exams × ${2 * channels} channels × ${labels} labels: ${seconds.toFixed(1)} s (${processorSeconds.toFixed(1)} s of processor), at most ${peakMebibytes} MiB; mean held-out AUROC ${auroc.toFixed(4)}; penalties ${penalties}`,
  );
  const measures = [
    'heads',
    'eval',
    out,
    '--features',
    features,
    '--labels',
    table,
    '--out',
    join(folder, 'report'),
  ];
  const evaluation = await peakOf(command, measures);
  console.log(
    `heads eval, 1000 resamples: ${evaluation.seconds.toFixed(1)} s, at most ${evaluation.mebibytes.toFixed(0)} MiB`,
  );
} finally {
  await rm(folder, { recursive: true });
}
