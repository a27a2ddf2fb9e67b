import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
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
 * The whole pipeline, from stored photographs to answered exams, preparation included, against a bare loop of the model over
 * prepared pixels:
 * `node bench/pipeline.ts [--exams 80] [--rounds 3] [--precision fp32] [--size 1024]`. Both alternate in one run.
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

/** One batch of prepared pixels, over and over: what the model alone can do. */
const first = await Promise.all(
  Array.from({ length: batch }, async (_, index) => {
    const eye = eyes[(index >> 1) % DRAWN];
    const file = (index % 2 === 0 ? eye?.left : eye?.right) ?? Buffer.alloc(0);
    return (await squashImage(file, [imageSize]))[0]?.pixels ?? Buffer.alloc(0);
  }),
);
const pixels = Buffer.concat(first);

async function bareLoop(): Promise<number> {
  const session = await VisionSession.load(bundle, { precision, provider });
  await session.run(pixels);
  const runs = Math.ceil((2 * EXAMS) / batch);
  const seconds = await secondsOf(async () => {
    for (let run = 0; run < runs; run += 1) await session.run(pixels);
  });
  await session.release();
  return (runs * batch) / seconds;
}

async function stage(program: string): Promise<void> {
  for (let index = 0; index < EXAMS; index += 1) {
    const eye = eyes[index % DRAWN];
    if (eye === undefined) continue;
    await system.home.objects.put(`images/${program}/P${index}/1/left.jpg`, eye.left, {
      contentType: 'image/jpeg',
    });
    await system.home.objects.put(`images/${program}/P${index}/1/right.jpg`, eye.right, {
      contentType: 'image/jpeg',
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
const bare: number[] = [];
const whole: number[] = [];
const ratios: number[] = [];
console.log(`${provider}, ${precision}, batches of ${batch}, ${EXAMS} exams a round`);
for (let round = 1; round <= Number(values.rounds); round += 1) {
  const a = await bareLoop();
  const b = await pipeline(`round-${round}`);
  bare.push(a);
  whole.push(b);
  ratios.push(b / a);
  console.log(
    `round ${round}: bare ${a.toFixed(2)}, pipeline ${b.toFixed(2)} images/s, ratio ${(b / a).toFixed(3)}`,
  );
}
const resident = await system.residentMebibytes('VmHWM');
console.log(`(a) bare loop   ${spreadText(bare, 2)} images/s`);
console.log(`(b) pipeline    ${spreadText(whole, 2)} images/s`);
console.log(`(b) / (a)       ${spreadText(ratios, 3)}`);
console.log(`worker's peak   ${resident.toFixed(0)} MiB resident`);
console.log(`preparation     ${system.preparationMilliseconds.toFixed(1)} processor-ms an image`);
for (const line of (await system.stop()).split('\n').filter((text) => text.includes('"Figures"'))) {
  const { stages, batchFill } = figuresSchema.parse(JSON.parse(line));
  const rates = stages.map(({ stage, imagesPerSecond }) => `${stage} ${imagesPerSecond.toFixed(1)}`);
  console.log(
    `each stage alone ${rates.join(', ')} images/s; batches filled to ${(100 * (batchFill ?? 0)).toFixed(0)} %`,
  );
}
