import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from '../../../core/heads/head.ts';
import { FeatureCollection } from '../../cohort/write-features.ts';
import { seededIndices } from '../bootstrap/random.ts';

/** Channels of the made-up model. */
const EMBEDDING = 4;
export const MODEL = 'c0ffee'.padEnd(64, '0');

const label = (name: string, channel: number): Head['labels'][number] => ({
  name,
  weights: Array.from({ length: EMBEDDING }, (_, index) => (index === channel ? 2 : 0)),
  bias: -1,
  threshold: 0.4,
  calibration: { kind: 'none' },
});

/** A head that reads one channel of the patient feature for each label. */
export const HEAD: Head = {
  format: 1,
  name: 'made-up',
  feature: 'patient',
  kind: 'multi-label',
  normalize: false,
  labels: [label('amd', 0), label('glaucoma', 1)],
  model: MODEL,
  trained: true,
  provenance: 'made up',
  intendedUse: 'tests',
};

/** The same channels as rising grades. */
export const GRADING: Head = {
  ...HEAD,
  name: 'grading',
  kind: 'ordinal',
  lowest: 'grade-0',
  labels: [
    { ...label('grade-1', 0), bias: 0 },
    { ...label('grade-2', 0), bias: -2 },
  ],
};

/**
 * Writes `features.safetensors`, `labels.csv` and heads of patients who do not exist, `P0` and on, whose first channels
 * follow their labels with noise.
 */
export async function writeMadeUpFiles(folder: string, patients: number): Promise<void> {
  const draw = seededIndices(9);
  const collection = new FeatureCollection(EMBEDDING);
  const lines = ['patient,age,sex,camera,amd,glaucoma,grade'];
  for (let patient = 0; patient < patients; patient += 1) {
    const [amd, glaucoma] = [draw(3) === 0 ? 1 : 0, draw(4) === 0 ? 1 : 0];
    const noise = () => (draw(1000) + draw(1000)) / 1000 - 1;
    const vector = Float32Array.of(amd + noise(), glaucoma + noise(), noise(), noise());
    const eye = { visual: vector, mapped: vector };
    collection.add({ patient: `P${patient}`, exam: '1' }, { left: eye, right: eye, patient: vector });
    const grade = amd === 0 ? 0 : 1 + draw(2);
    lines.push(
      `P${patient},${30 + draw(55)},${draw(2) === 0 ? 'Female' : 'Male'},cam ${draw(2)},${amd},${glaucoma},${grade}`,
    );
  }
  await collection.write(join(folder, 'features.safetensors'), {
    model: MODEL,
    preprocessing: 'squash-bicubic-v1',
    trained: true,
    precision: 'fp32' as const,
    equivalents: [],
  });
  await writeFile(join(folder, 'labels.csv'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'head.json'), JSON.stringify(HEAD));
  await writeFile(join(folder, 'grading.json'), JSON.stringify(GRADING));
}
