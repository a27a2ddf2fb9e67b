import { parseArgs } from 'node:util';
import { openBundle } from '../model/bundle/index.ts';
import { PRECISIONS, type Precision } from '../model/onnx/layers.ts';
import { bestProvider } from '../model/runtime/execution-provider.ts';
import { VisionSession } from '../model/runtime/vision-session.ts';
import { secondsOf, spreadText } from './figures.ts';
import { randomBundle } from './random-bundle.ts';

/**
 * Precisions of the vision tower against each other, alternating in one run:
 * `node bench/precision.ts [--precisions fp32,int8] [--batch 8] [--rounds 5] [--seconds 5]`.
 */
const { values } = parseArgs({
  options: {
    precisions: { type: 'string', default: 'fp32,int8' },
    batch: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    model: { type: 'string' },
  },
});
const precisions = values.precisions
  .split(',')
  .map((name) => PRECISIONS.find((known) => known === name))
  .filter((known): known is Precision => known !== undefined);
const bundle = await openBundle(values.model ?? (await randomBundle()), { text: false });
const provider = bestProvider();
const batch = Number(values.batch);
const { imageSize } = bundle.manifest.geometry.vision;
const pixels = Uint8Array.from({ length: batch * imageSize ** 2 * 3 }, (_, index) => (index * 7919) % 256);

const sessions = new Map<Precision, VisionSession>();
const rates = new Map<Precision, number[]>();
for (const precision of precisions) {
  const session = await VisionSession.load(bundle, { precision, provider });
  await session.run(pixels);
  sessions.set(precision, session);
  rates.set(precision, []);
}
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const [precision, session] of sessions) {
    let images = 0;
    const seconds = await secondsOf(async () => {
      const until = performance.now() + Number(values.seconds) * 1000;
      while (performance.now() < until) {
        await session.run(pixels);
        images += batch;
      }
    });
    rates.get(precision)?.push(images / seconds);
  }
}
console.log(
  `${provider}, batches of ${batch}, ${values.rounds} rounds of ${values.seconds} s each, alternating`,
);
const first = rates.get(precisions[0] ?? 'fp32') ?? [];
for (const [precision, figures] of rates) {
  const ratios = figures.map((figure, index) => figure / (first[index] ?? Number.NaN));
  console.log(`${precision}  ${spreadText(figures, 2)} images/s, ratio ${spreadText(ratios, 2)}`);
}
