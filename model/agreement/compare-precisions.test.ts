import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Precision } from '../../core/activation/precisions.ts';
import { type Head, headId } from '../../core/heads/head.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { type Bundle, openBundle } from '../bundle/index.ts';
import { writeSafetensorsCheckpoint } from '../checkpoint/random/write-safetensors-checkpoint.ts';
import { GEOMETRIES, toldOf } from '../checkpoint/testing/geometries.ts';
import { embed } from '../embed/embed.ts';
import { BundleError } from '../errors.ts';
import { importCheckpoint } from '../import/import-checkpoint.ts';
import { type ComparedExam, type ComparedImage, comparePrecisions } from './compare-precisions.ts';
import { recordAgreements } from './record-agreements.ts';

const { tiny } = GEOMETRIES;
const PATIENTS = 6;
/** Each eye's `visual`, its mapped feature, and the patient's. */
const FEATURES = ['left', 'right', 'leftMapped', 'rightMapped', 'whole'] as const;

let folder: string;
let bundle: Bundle;
let exams: ComparedExam[];
const contents = new Map<string, Buffer>();

const image = (path: string, jpeg: Buffer): ComparedImage => {
  contents.set(path, jpeg);
  return { path, read: () => Promise.resolve(jpeg) };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agreement-'));
  const checkpoint = join(folder, 'tiny.safetensors');
  await writeSafetensorsCheckpoint(checkpoint, { geometry: tiny, seed: 'agreement' });
  const words = Array.from({ length: tiny.text.vocabulary - 5 }, (_, index) => `word${index}`);
  const vocabulary = join(folder, 'vocab.txt');
  await writeFile(vocabulary, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'));
  const out = join(folder, 'bundle');
  bundle = await importCheckpoint({ checkpoint, vocabulary, out, told: toldOf(tiny) });
  exams = [];
  for (let index = 1; exams.length < PATIENTS; index += 1) {
    const { patient, left, right } = await generatePatient({ seed: 'agreement', index, size: 96 });
    if (left === null || right === null) continue;
    // The last patient comes with one eye.
    const isLast = exams.length === PATIENTS - 1;
    exams.push({
      patient,
      left: isLast ? null : image(`${patient}_left`, left.jpeg),
      right: image(`${patient}_right`, right.jpeg),
    });
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Features by the command's own way, one exam at a time. */
async function visuals(precision: Precision) {
  const rows: ({ patient: string } & Record<(typeof FEATURES)[number], readonly number[] | null>)[] = [];
  for (const { patient, left, right } of exams) {
    const read = (one: ComparedImage | null) => (one === null ? null : (contents.get(one.path) ?? null));
    const found = await embed(bundle, { left: read(left), right: read(right), texts: [], precision });
    rows.push({
      ...{ patient, left: found.left_visual, right: found.right_visual },
      ...{ leftMapped: found.left, rightMapped: found.right, whole: found.patient },
    });
  }
  return rows;
}

/** A head of each eye that looks at one channel and whose threshold is told as a value of it. */
function channelHead(channel: number, value: number, model = bundle.manifest.id): Head {
  const weights = Array.from({ length: tiny.embedding }, (_, index) => (index === channel ? 1 : 0));
  return {
    ...{ format: 1, name: `channel-${channel}`, feature: 'visual', kind: 'multi-label', normalize: false },
    labels: [
      {
        name: 'bright',
        weights,
        bias: 0,
        threshold: 1 / (1 + Math.exp(-value)),
        calibration: { kind: 'none' },
      },
    ],
    ...{ model, trained: true, provenance: 'made up', intendedUse: 'tests' },
  } as Head;
}

describe('precisions compared on images', () => {
  it('count each patient whose finding changes once, and the largest shift, as computed eye by eye', async () => {
    const [exact, rough] = [await visuals('fp32'), await visuals('int8')];
    const channel = 3;
    const at = (rows: typeof exact, row: number, eye: 'left' | 'right') => rows[row]?.[eye]?.[channel];
    // Between the two precisions' values of one eye: its finding must change.
    const [a = 0, b = 0] = [at(exact, 1, 'right'), at(rough, 1, 'right')];
    expect(a).not.toBe(b);
    const head = channelHead(channel, (a + b) / 2);
    const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
    const threshold = head.labels[0]?.threshold ?? 0;
    const eyes = exact.flatMap((_, row) =>
      (['left', 'right'] as const).flatMap((eye) => {
        const [one, other] = [at(exact, row, eye), at(rough, row, eye)];
        if (one === undefined || other === undefined) return [];
        const [p, q] = [sigmoid(one), sigmoid(other)];
        return [{ row, shift: Math.abs(p - q), changes: p >= threshold !== q >= threshold }];
      }),
    );
    const { agreements, unreadable } = await comparePrecisions(bundle, exams, {
      ...{ source: 'drawn', precisions: ['int8', 'fp16'], heads: [head] },
    });
    const int8 = agreements.get('int8');
    expect(int8).toMatchObject({
      photographs: { source: 'drawn', patients: 6, exams: 6, images: 11 },
      heads: [{ name: 'channel-3', id: headId(head) }],
      findings: 11,
      changedFindings: eyes.filter(({ changes }) => changes).length,
      changed: new Set(eyes.filter(({ changes }) => changes).map(({ row }) => row)).size,
      bound: { changedShare: 0.01, patients: 100 },
      offered: false,
    });
    expect(int8?.changed).toBeGreaterThan(0);
    const cosineOf = (a: readonly number[], b: readonly number[]) => {
      const dot = (x: readonly number[], y: readonly number[]) =>
        x.reduce((sum, value, place) => sum + value * (y[place] ?? 0), 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    const cosines = exact.flatMap((one, row) =>
      FEATURES.flatMap((feature) => {
        const [a, b] = [one[feature], rough[row]?.[feature]];
        return a && b ? [cosineOf(a, b)] : [];
      }),
    );
    expect(cosines).toHaveLength(2 * 11 + 6);
    expect(int8?.leastCosine).toBeCloseTo(Math.min(...cosines), 6);
    expect(int8?.largestShift).toBeCloseTo(Math.max(...eyes.map(({ shift }) => shift)), 5);
    expect(agreements.get('fp16')?.largestShift).toBeLessThan(int8?.largestShift ?? 0);
    expect(agreements.get('fp16')?.leastCosine).toBeGreaterThan(int8?.leastCosine ?? 1);
    expect(unreadable).toEqual([]);
  });

  it('name images that cannot be read, and are refused where none can', async () => {
    const [first] = exams;
    if (first === undefined) throw new Error('Expected exams.');
    const broken = { path: 'broken.jpg', read: () => Promise.resolve(Buffer.from('no picture')) };
    const options = { source: 's', precisions: ['int8'] as const, heads: [channelHead(0, 0)] };
    const { agreements, unreadable } = await comparePrecisions(bundle, [{ ...first, left: broken }], options);
    expect(unreadable).toEqual([{ path: 'broken.jpg', reason: expect.any(String) }]);
    expect(agreements.get('int8')?.photographs).toMatchObject({ patients: 1, images: 1 });
    const nothing = comparePrecisions(bundle, [{ patient: 'P', left: broken, right: null }], options);
    await expect(nothing).rejects.toThrow(/None of the images/);
  });

  it('are refused without heads, with a foreign head, and without fp32', async () => {
    const options = { source: 's', precisions: ['int8'] as const };
    const compare = (heads: Head[], of = bundle) => comparePrecisions(of, exams, { ...options, heads });
    await expect(compare([])).rejects.toThrow(/no findings to compare.*--heads/);
    await expect(compare([channelHead(0, 0, 'c'.repeat(64))])).rejects.toThrow(/features of model cccc/);
    const { fp32: _, ...variants } = bundle.manifest.variants;
    const without = { ...bundle, manifest: { ...bundle.manifest, variants } };
    await expect(compare([channelHead(0, 0)], without)).rejects.toThrow(/no fp32.*--precision fp32,int8/);
  });
});

describe('evidence of a precision', () => {
  it('is kept in the manifest beside what was there, without another id', async () => {
    const { agreements } = await comparePrecisions(bundle, exams.slice(0, 2), {
      ...{ source: 'two', precisions: ['int8'], heads: [channelHead(0, 0)] },
    });
    const before = JSON.parse(await readFile(join(bundle.directory, 'model.json'), 'utf8'));
    const recorded = await recordAgreements(bundle, agreements);
    expect(recorded.manifest.id).toBe(bundle.manifest.id);
    expect(recorded.manifest.variants.int8?.agreement).toEqual(agreements.get('int8'));
    expect(recorded.manifest.variants.fp16).toEqual(bundle.manifest.variants.fp16);
    const after = JSON.parse(await readFile(join(bundle.directory, 'model.json'), 'utf8'));
    delete after.variants.int8.agreement;
    expect(after).toEqual(before);
    expect((await openBundle(bundle.directory)).manifest).toEqual(recorded.manifest);
  });

  it('leaves a bundle as it is where it cannot be written', async () => {
    const hidden = join(bundle.directory, 'hidden');
    await rename(join(bundle.directory, 'model.json'), hidden);
    await expect(recordAgreements(bundle, new Map())).rejects.toThrow(BundleError);
    await rename(hidden, join(bundle.directory, 'model.json'));
    expect((await openBundle(bundle.directory)).manifest.id).toBe(bundle.manifest.id);
  });
});
