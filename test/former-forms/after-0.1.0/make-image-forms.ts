import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// node test/former-forms/after-0.1.0/make-image-forms.ts CHECKOUT OUT
const [checkout = '.', out = ''] = process.argv.slice(2);
const load = (module: string) => import(pathToFileURL(join(checkout, module)).href);
const { shardOf } = await load('core/features/write-shard.ts');
const { HeadScorer } = await load('core/heads/score-head.ts');
const { shardResultsSchema } = await load('core/jobs/rescore-results.ts');

const FOLDER = 'images/north/P2/2026-05-01';
const image = (name: string, laterality: string, field: string | null, ...visual: number[]) => ({
  ...{ image: `${FOLDER}/${name}.jpg`, laterality, field, visual: Float32Array.from(visual) },
});
const images = [
  image('left', 'left', null, 2, 0.25),
  image('left-2', 'left', 'macula', -1, 0.5),
  image('left-disc', 'left', 'disc', 0.25, 1),
  image('right', 'right', 'macula', -2, 3),
];
const matrix = (from: number) => Float32Array.of(from + 1, from + 2, from + 3, from + 4);
const exam = (patient: string) => ({
  exam: { program: 'north', patient, exam: '2026-05-01' },
  requestId: `request-of-${patient}`,
  eyes: { left: true, right: true },
});
const shard = shardOf({
  ...{ model: 'm1', preprocessing: 'squash-bicubic-v1' },
  precision: { precision: 'fp32', equivalents: ['fp32', 'fp16'] },
  exams: [exam('P1'), { ...exam('P2'), images }],
  matrices: {
    leftVisual: Float32Array.of(11, 12, 2, 0.25),
    rightVisual: Float32Array.of(21, 22, -2, 3),
    ...{ left: matrix(30), right: matrix(40), patient: matrix(50) },
  },
});
await writeFile(join(out, 'feature-shard.several-images.safetensors'), shard);

const head = new HeadScorer({
  ...{ format: 1, name: 'amd', feature: 'visual', kind: 'multi-label', normalize: false, trained: false },
  ...{ provenance: 'made up', intendedUse: 'tests' },
  labels: [{ name: 'amd', weights: [1, 0], bias: 0, threshold: 0.6, calibration: { kind: 'none' } }],
});
const eye = { visual: images[0]?.visual, mapped: images[0]?.visual };
const [left, right] = head.score({ left: eye, right: { ...eye, visual: images[3]?.visual }, images });
const { image: named, calibrated, alone, probability } = left;
const column = (level: string) => ({ level, head: 'amd', label: 'amd', threshold: 0.6 });
const results = {
  ...{
    schema: 'shard-results/1',
    program: 'north',
    job: 'j1',
    shard: 0,
    rescoredAt: '2026-06-01T00:00:00.000Z',
  },
  ...{ model: 'm1', preprocessing: 'squash-bicubic-v1', heads: [{ name: 'amd', id: 'a1' }], shadow: false },
  columns: [column('left'), column('right')],
  exams: [
    { patient: 'P1', exam: '2026-05-01', base: 'request-of-P1', probabilities: [0.25, 0.75] },
    {
      ...{ patient: 'P2', exam: '2026-05-01', base: 'request-of-P2' },
      probabilities: [probability, right.probability],
      several: [{ column: 0, image: named, calibrated, alone }],
    },
  ],
  ...{ failed: [], workerSeconds: 1, pricePerHour: 0 },
};
await writeFile(
  join(out, 'shard-results-1.several-images.json'),
  JSON.stringify(shardResultsSchema.parse(results)),
);
