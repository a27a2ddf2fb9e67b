import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LATERALITIES } from '../core/exams/laterality.ts';
import { IMAGE_METADATA } from '../core/keys/image-metadata.ts';
import { squashImage } from '../decoding/pixels/squash.ts';
import { openBundle } from '../model/bundle/index.ts';
import { PRECISIONS, type Precision } from '../model/onnx/layers.ts';
import { bestProvider } from '../model/runtime/execution-provider.ts';
import { VisionSession } from '../model/runtime/vision-session.ts';
import { generatePatient } from '../phantoms/index.ts';
import { secondsOf, spreadText } from './figures.ts';
import { randomBundle } from './random-bundle.ts';
import { ScreeningSystem } from './screening-system.ts';

/**
 * The whole pipeline, from stored photographs to answered exams, preparation included, against two bare loops on the same cores:
 * decoding and inference of the same photographs, and inference alone over prepared pixels, of which decoding leaves a share.
 * `node bench/pipeline.ts [--exams 80] [--rounds 3] [--precision fp32] [--size 1024] [--model BUNDLE]`. All alternate in one run.
 */
const { values } = parseArgs({
  options: {
    exams: { type: 'string', default: '80' },
    rounds: { type: 'string', default: '3' },
    precision: { type: 'string' },
    batch: { type: 'string' },
    size: { type: 'string', default: '1024' },
    model: { type: 'string' },
  },
});
const figuresSchema = z.object({
  stages: z.array(z.object({ stage: z.string(), imagesPerSecond: z.number() })),
  batchFill: z.number().nullable(),
});
const EXAMS = Number(values.exams);
const provider = bestProvider();
const precision: Precision =
  PRECISIONS.find((name) => name === values.precision) ?? (provider === 'cuda' ? 'fp16' : 'fp32');
const batch = Number(values.batch ?? (provider === 'cuda' ? 64 : 8));
const DRAWN = 16;

const bundleFolder = values.model ?? (await randomBundle());
const bundle = await openBundle(bundleFolder, { text: false });
const { imageSize } = bundle.manifest.geometry.vision;
console.log(`Drawing ${DRAWN} pairs of ${values.size} px …`);
const eyes: { readonly left: Buffer; readonly right: Buffer }[] = [];
for (let index = 0; eyes.length < DRAWN; index += 1) {
  const { left, right } = await generatePatient({
    seed: 'bench',
    index,
    size: Number(values.size),
    defects: { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 },
  });
  if (left !== null && right !== null) eyes.push({ left: left.jpeg, right: right.jpeg });
}

/** The files of a batch, in the order in which the pipeline has them. */
function filesOf(run: number): readonly Buffer[] {
  return Array.from({ length: batch }, (_, place) => {
    const index = run * batch + place;
    const eye = eyes[(index >> 1) % DRAWN];
    return (index % 2 === 0 ? eye?.left : eye?.right) ?? Buffer.alloc(0);
  });
}

async function decodedBatch(run: number): Promise<Uint8Array> {
  const squares = await Promise.all(filesOf(run).map((file) => squashImage(file, [imageSize])));
  return Buffer.concat(squares.map(([square]) => square?.pixels ?? Buffer.alloc(0)));
}

/** While one batch is in the model, the next one is decoded. @returns images a second */
async function decodingAndInference(): Promise<number> {
  const session = await VisionSession.load(bundle, { precision, provider });
  await session.run(pixels);
  const runs = Math.ceil((2 * EXAMS) / batch);
  const seconds = await secondsOf(async () => {
    let next = decodedBatch(0);
    for (let run = 0; run < runs; run += 1) {
      const decoded = await next;
      if (run + 1 < runs) next = decodedBatch(run + 1);
      await session.run(decoded);
    }
  });
  await session.release();
  return (runs * batch) / seconds;
}

/** @returns images a second */
async function inferenceAlone(): Promise<number> {
  const session = await VisionSession.load(bundle, { precision, provider });
  await session.run(pixels);
  const runs = Math.ceil((2 * EXAMS) / batch);
  const seconds = await secondsOf(async () => {
    for (let run = 0; run < runs; run += 1) await session.run(pixels);
  });
  await session.release();
  return (runs * batch) / seconds;
}

/** One batch of prepared pixels, over and over: what the model alone can do. */
const pixels = await decodedBatch(0);

async function stage(program: string): Promise<void> {
  for (let index = 0; index < EXAMS; index += 1) {
    const eye = eyes[index % DRAWN];
    if (eye === undefined) continue;
    for (const laterality of LATERALITIES)
      await system.home.objects.put(`images/${program}/P${index}/1/${laterality}.jpg`, eye[laterality], {
        contentType: 'image/jpeg',
        // Announced: else the exam would wait until it is settled.
        metadata: { [IMAGE_METADATA.eyes]: 'both' },
      });
  }
}

/** The worker keeps its model between rounds, as a service does; only the time from stored to answered counts. */
async function pipeline(program: string): Promise<number> {
  await stage(program);
  const seconds = await secondsOf(async () => {
    system.startFunctions();
    while ((await system.answered(program)) < EXAMS) await delay(50);
  });
  await system.stopFunctions();
  return (2 * EXAMS) / seconds;
}

const system = await ScreeningSystem.start(bundleFolder, {
  RETCLIP_PRECISION: precision,
  // Speed is measured, not what is found.
  RETCLIP_ACCEPT_UNVERIFIED: 'true',
  RETCLIP_BATCH_SIZE: String(batch),
});
interface Round {
  readonly inference: number;
  readonly bare: number;
  readonly pipeline: number;
  /** Of the processors' time that decoding and judging left: inference in the pipeline over inference alone. */
  readonly share: number;
}

const rounds: Round[] = [];
const CORES = availableParallelism();
console.log(`${provider}, ${precision}, batches of ${batch}, ${EXAMS} exams a round, ${CORES} cores`);
for (let round = 1; round <= Number(values.rounds); round += 1) {
  const inference = await inferenceAlone();
  const rate = await pipeline(`round-${round}`);
  const bare = await decodingAndInference();
  const left = 1 - (rate * system.preparationMilliseconds) / (CORES * 1000);
  const one: Round = { inference, bare, pipeline: rate, share: rate / (inference * left) };
  rounds.push(one);
  console.log(
    `round ${round}: inference alone ${inference.toFixed(2)}, decoding and inference ${bare.toFixed(2)}, pipeline ${rate.toFixed(2)} images/s; ratio to the bare loop ${(rate / bare).toFixed(3)}`,
  );
}
const spread = (of: (round: Round) => number, digits: number) => spreadText(rounds.map(of), digits);
const resident = await system.residentMebibytes('VmHWM');
console.log(`(a) inference alone         ${spread(({ inference }) => inference, 2)} images/s`);
console.log(`(b) decoding and inference  ${spread(({ bare }) => bare, 2)} images/s`);
console.log(`(c) pipeline                ${spread(({ pipeline: rate }) => rate, 2)} images/s`);
console.log(`(c) / (b)                   ${spread(({ bare, pipeline: rate }) => rate / bare, 3)}`);
console.log(`(c) / (a)                   ${spread(({ inference, pipeline: rate }) => rate / inference, 3)}`);
console.log(`(c) / (a) of what decoding leaves of the cores ${spread(({ share }) => share, 3)}`);
console.log(`worker's peak   ${resident.toFixed(0)} MiB resident`);
console.log(`preparation     ${system.preparationMilliseconds.toFixed(1)} processor-ms an image`);
for (const line of (await system.stop()).split('\n').filter((text) => text.includes('"Figures"'))) {
  const { stages, batchFill } = figuresSchema.parse(JSON.parse(line));
  const rates = stages.map(({ stage, imagesPerSecond }) => `${stage} ${imagesPerSecond.toFixed(1)}`);
  console.log(
    `each stage alone ${rates.join(', ')} images/s; batches filled to ${(100 * (batchFill ?? 0)).toFixed(0)} %`,
  );
}
