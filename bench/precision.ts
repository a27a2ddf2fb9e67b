import { parseArgs } from 'node:util';
import { openBundle } from '../model/bundle/index.ts';
import { PRECISIONS, type Precision } from '../model/onnx/layers.ts';
import { bestProvider } from '../model/runtime/execution-provider.ts';
import { VisionSession } from '../model/runtime/vision-session.ts';
import { secondsOf, spreadText } from './figures.ts';
import { RANDOM_MODELS, type RandomModel, randomBundle } from './random-bundle.ts';

/**
 * Precisions of the vision tower against each other, alternating in one run:
 * `node bench/precision.ts [--precisions fp32,int8] [--batch 8] [--threads N] [--rounds 5] [--seconds 5]
 * [--random full-size | efficientnet-lite0 | resnet50] [--model BUNDLE]`. Where other work runs as well, the processor's
 * time for an image tells more than images a second.
 */
const { values } = parseArgs({
  options: {
    precisions: { type: 'string', default: 'fp32,int8' },
    batch: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    threads: { type: 'string' },
    random: { type: 'string', default: 'full-size' },
    model: { type: 'string' },
  },
});
const precisions = values.precisions
  .split(',')
  .map((name) => PRECISIONS.find((known) => known === name))
  .filter((known): known is Precision => known !== undefined);
const random = Object.keys(RANDOM_MODELS).find((name): name is RandomModel => name === values.random);
if (random === undefined) throw new Error(`Expected --random of ${Object.keys(RANDOM_MODELS).join(', ')}.`);
const bundle = await openBundle(values.model ?? (await randomBundle(random)), { text: false });
const provider = bestProvider();
const batch = Number(values.batch);
const { imageSize } = bundle.manifest.geometry.vision;
const pixels = Uint8Array.from({ length: batch * imageSize ** 2 * 3 }, (_, index) => (index * 7919) % 256);

const sessions = new Map<Precision, VisionSession>();
const rates = new Map<Precision, number[]>();
const costs = new Map<Precision, number[]>();
const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
for (const precision of precisions) {
  const session = await VisionSession.load(bundle, { precision, provider, ...threads });
  await session.run(pixels);
  sessions.set(precision, session);
  rates.set(precision, []);
  costs.set(precision, []);
}
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const [precision, session] of sessions) {
    let images = 0;
    const before = process.cpuUsage();
    const seconds = await secondsOf(async () => {
      const until = performance.now() + Number(values.seconds) * 1000;
      while (performance.now() < until) {
        await session.run(pixels);
        images += batch;
      }
    });
    const { user, system } = process.cpuUsage(before);
    rates.get(precision)?.push(images / seconds);
    costs.get(precision)?.push((user + system) / 1000 / images);
  }
}
console.log(
  `${provider}, batches of ${batch}, ${values.rounds} rounds of ${values.seconds} s each, alternating`,
);
const first = costs.get(precisions[0] ?? 'fp32') ?? [];
for (const [precision, figures] of rates) {
  const processor = costs.get(precision) ?? [];
  const ratios = processor.map((cost, index) => cost / (first[index] ?? Number.NaN));
  console.log(
    `${precision}  ${spreadText(figures, 2)} images/s, ${spreadText(processor, 2)} ms of a processor an image, ratio ${spreadText(ratios, 2)}`,
  );
}
