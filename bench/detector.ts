import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareImage } from '../judging/index.ts';
import { openBundle } from '../model/bundle/index.ts';
import type { Precision } from '../model/onnx/layers.ts';
import { DetectorSession } from '../model/runtime/detector-session.ts';
import { VisionSession } from '../model/runtime/vision-session.ts';
import { generatePatient } from '../phantoms/index.ts';

/**
 * What the detector costs beside decoding, judging and the vision tower, on batches of eight photographs of 1024 pixels:
 * `node bench/detector.ts [--model bundles/default] [--precision fp32] [--threads 2] [--rounds 20]`.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: fileURLToPath(new URL('../bundles/default', import.meta.url)) },
    precision: { type: 'string', default: 'fp32' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '20' },
  },
});
const BATCH = 8;
const bundle = await openBundle(values.model, { text: false });
const options = { provider: 'cpu' as const, threads: Number(values.threads) };
const vision = await VisionSession.load(bundle, { ...options, precision: values.precision as Precision });
const detector = await DetectorSession.load(bundle, options);
if (detector === null) throw new Error(`Bundle "${values.model}" has no detector.`);
const pixels = new Uint8Array(BATCH * vision.imageSize ** 2 * 3).map((_, index) => (index * 7) % 251);

/** Processor time and time for a photograph, in milliseconds; the least of all rounds, which others disturb least. */
async function measure(run: () => Promise<unknown>): Promise<{ processor: number; wall: number }> {
  let processor = Number.POSITIVE_INFINITY;
  let wall = Number.POSITIVE_INFINITY;
  await run();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const before = process.cpuUsage();
    const began = performance.now();
    await run();
    wall = Math.min(wall, (performance.now() - began) / BATCH);
    const used = process.cpuUsage(before);
    processor = Math.min(processor, (used.user + used.system) / 1000 / BATCH);
  }
  return { processor, wall };
}

const { left } = await generatePatient({ seed: 'detector', index: 1, size: 1024 });
const jpeg = left?.jpeg;
if (jpeg === undefined) throw new Error('The phantom has no left eye.');

const preparation = await measure(async () => {
  for (let picture = 0; picture < BATCH; picture += 1) await prepareImage(jpeg, vision.imageSize);
});
const tower = await measure(() => vision.run(pixels));
const small = await measure(() => detector.run(pixels));
const text = ({ processor, wall }: typeof tower) =>
  `${processor.toFixed(2)} ms of processor, ${wall.toFixed(2)} ms`;
const all = preparation.processor + tower.processor + small.processor;
console.log(`decoding and quality: ${text(preparation)} for a photograph`);
console.log(`vision tower (${values.precision}): ${text(tower)} for a photograph`);
console.log(
  `detector: ${text(small)} for a photograph, ${((100 * small.processor) / all).toFixed(1)} % of all`,
);
await vision.release();
await detector.release();
