import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retclip } from '../system/retclip.ts';

const CHECKPOINT = 'model/reference/pytorch/inverted-residuals.pt';
const CARD = {
  summary: 'Random weights, for a test.',
  data: [{ name: 'made-up eyes', use: 'test', patients: 7, source: 'nobody' }],
  training: { method: 'none', settings: { epochs: 0 } },
  accuracy: [
    {
      data: 'made-up eyes',
      task: 'label',
      label: 'glaucoma',
      metric: 'auroc',
      value: 0.5,
      interval: { low: 0.4, high: 0.6, confidence: 0.95 },
      protocol: 'guessing',
      units: 7,
    },
  ],
  limitations: ['knows nothing'],
  mustNotBeUsedFor: ['anything'],
};
const HEAD = {
  format: 1,
  name: 'guess',
  feature: 'visual',
  kind: 'multi-label',
  normalize: true,
  labels: [
    {
      name: 'glaucoma',
      weights: new Array(16).fill(0),
      bias: 0,
      threshold: 0.5,
      calibration: { kind: 'none' },
    },
  ],
  trained: false,
  provenance: 'made up',
  intendedUse: 'tests',
};

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-'));
  const words = Array.from({ length: 15 }, (_, index) => `word${index}`);
  await writeFile(at('vocab.txt'), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'));
  await writeFile(at('card.json'), JSON.stringify(CARD));
  await writeFile(at('bad-card.json'), JSON.stringify({ ...CARD, mustNotBeUsedFor: [] }));
  await writeFile(at('head.json'), JSON.stringify(HEAD));
});
afterAll(() => rm(folder, { recursive: true }));

const importing = (...words: string[]) =>
  retclip(['model', 'import', CHECKPOINT, '--vocab', at('vocab.txt'), ...words]);

/** Processes start slowly on a machine that has other work. */
describe('retclip model', { timeout: 240_000 }, () => {
  it('imports a convolutional tower with its heads and card', async () => {
    const words = ['--out', at('bundle'), '--heads', at('head.json'), '--card', at('card.json'), '--json'];
    expect(await importing(...words)).toMatchObject({ code: 0, stderr: '' });
    const manifest = JSON.parse(await readFile(at('bundle', 'model.json'), 'utf8'));
    expect(manifest).toMatchObject({ card: CARD, geometry: { vision: { kind: 'mbconv' } } });
    expect(Object.keys(manifest.variants)).toEqual(['fp32', 'fp16', 'int8']);
  });

  it('prints the card', async () => {
    const info = await retclip(['model', 'info', at('bundle')]);
    expect(info.stdout).toMatch(/guess \(1 labels of visual\)/);
    expect(info.stdout).toMatch(
      /made-up eyes, label, guessing\s+auroc glaucoma\s+0\.500 \(0\.400 to 0\.600\)/,
    );
    expect(info.stdout).toMatch(/must not be used for\s+anything/);
  });

  it('proves what it has imported', async () => {
    const verified = await retclip(['model', 'verify', at('bundle'), '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({ verified: true });
  });

  it.each<[string, string[], RegExp]>([
    ['a precision that is none', ['--precision', 'int4'], /fp32, fp16, int8.*int4/s],
    ['a card that forbids nothing', ['--card', 'bad-card.json'], /bad-card\.json.*mustNotBeUsedFor/s],
    ['a head that is not there', ['--heads', 'none.json'], /none\.json/],
  ])('refuses %s', async (_, [option = '', value = ''], message) => {
    const file = value.endsWith('.json') ? at(value) : value;
    const finished = await importing('--out', at('refused'), option, file);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(message);
  });
});
