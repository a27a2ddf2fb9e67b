import { parseArgs } from 'node:util';
import { fitHead } from '../model/heads/fit/fit-head.ts';
import { Random } from '../phantoms/random.ts';

/**
 * Time and memory of fitting a head to a made-up cohort: correlated features whose spectrum falls as that of a deep
 * network's does, labels of many prevalences: `node bench/heads-fit.ts [--exams 100000] [--channels 1024] [--labels 28]`.
 */
const { values } = parseArgs({
  options: {
    exams: { type: 'string', default: '100000' },
    channels: { type: 'string', default: '1024' },
    labels: { type: 'string', default: '28' },
  },
});
const [exams, channels, labels] = [values.exams, values.channels, values.labels].map(Number) as [
  number,
  number,
  number,
];

/** Latent directions that the channels mix. */
const LATENT = 64;
const random = new Random('heads-fit');
const mixing = Float32Array.from(
  { length: LATENT * channels },
  (_, index) => random.normal() / (1 + Math.floor(index / channels)),
);
const truth = Float32Array.from({ length: LATENT * labels }, () => random.normal());
const features = new Float32Array(exams * channels);
const codes = new Int8Array(exams * labels);
const latent = new Float32Array(LATENT);
for (let exam = 0; exam < exams; exam += 1) {
  for (let axis = 0; axis < LATENT; axis += 1) latent[axis] = random.normal();
  for (let channel = 0; channel < channels; channel += 1) {
    // Noise from a cheap generator: there are a hundred million numbers.
    let value = 0.2 * (random.next() - 0.5);
    for (let axis = 0; axis < LATENT; axis += 8) {
      value +=
        (latent[axis + (channel % 8)] as number) *
        (mixing[(axis + (channel % 8)) * channels + channel] as number);
    }
    features[exam * channels + channel] = value + 0.3;
  }
  for (let label = 0; label < labels; label += 1) {
    let score = -1 - (4 * label) / labels;
    for (let axis = 0; axis < LATENT; axis += 1)
      score += 0.2 * (latent[axis] as number) * (truth[label * LATENT + axis] as number);
    codes[exam * labels + label] = random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
}

const began = performance.now();
const since = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
const head = await fitHead(
  {
    features,
    feature: 'pair',
    targets: {
      kind: 'labels',
      names: Array.from({ length: labels }, (_, label) => `label-${label}`),
      values: codes,
    },
    groups: Array.from({ length: exams }, (_, exam) => `P${exam}`),
    origin: { model: '0'.repeat(64), preprocessing: 'squash-bicubic-v1', trained: true },
  },
  {
    name: 'bench',
    intendedUse: 'measurement',
    threshold: { kind: 'sensitivity', least: 0.9 },
    calibration: 'platt',
    folds: 5,
    seed: '1',
    onStep: (step) => console.log(`${since().padStart(8)}  ${step}`),
  },
);
const peak = process.resourceUsage().maxRSS / 1024;
const statistics = Object.values(head.statistics?.labels ?? {});
const auroc = statistics.reduce((sum, label) => sum + label.auroc, 0) / statistics.length;
console.log(
  `${exams} exams × ${channels} channels × ${labels} labels: ${since()}, at most ${peak.toFixed(0)} MiB; mean held-out AUROC ${auroc.toFixed(4)}; penalties ${[...new Set(statistics.map(({ penalty }) => penalty.toPrecision(2)))].join(' ')}`,
);
