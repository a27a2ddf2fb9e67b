import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retclip } from '../system/retclip.ts';

const TRANSFORMER = 'model/reference/pytorch/vit.pt';
const CHECKPOINT = 'model/reference/pytorch/mbconv.pt';
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
    const costs = Object.values<{ cost: { coreMilliseconds: number } }>(manifest.variants);
    for (const { cost } of costs) expect(cost.coreMilliseconds).toBeGreaterThan(0);
  });

  it('prints the card', async () => {
    const info = await retclip(['model', 'info', at('bundle')]);
    expect(info.stdout).toMatch(/guess \(1 labels of visual\)/);
    expect(info.stdout).toMatch(
      /made-up eyes, label, guessing\s+auroc glaucoma\s+0\.500 \(0\.400 to 0\.600\)/,
    );
    expect(info.stdout).toMatch(/must not be used for\s+anything/);
  });

  it('measures again what an image costs, and says it', async () => {
    const path = at('bundle', 'model.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    for (const variant of Object.values<{ cost?: object }>(manifest.variants)) delete variant.cost;
    // As a former release has written it.
    await writeFile(path, JSON.stringify(manifest));
    expect((await retclip(['model', 'info', at('bundle')])).stdout).toMatch(
      /cost\s+not measured: .*model cost/,
    );

    const words = ['model', 'cost', at('bundle')];
    const looked = await retclip([...words, '--no-record']);
    expect(looked.stdout).toMatch(/fp32 [\d.]+ core-ms an image, on .+\n.*Not kept/s);
    expect(await readFile(path, 'utf8')).toBe(JSON.stringify(manifest));

    const { costs, recorded } = JSON.parse((await retclip([...words, '--json'])).stdout);
    expect(recorded).toBe(true);
    const kept = JSON.parse(await readFile(path, 'utf8'));
    expect(kept.variants.int8.cost).toEqual(costs.int8);
    expect(kept.id).toBe(manifest.id);
    const { coreMilliseconds } = costs.fp32;
    expect((await retclip(['model', 'info', at('bundle')])).stdout).toContain(
      `fp32 ${coreMilliseconds} core-ms an image`,
    );
  });

  it('proves what it has imported', async () => {
    const verified = await retclip(['model', 'verify', at('bundle'), '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({ verified: true });
  });

  it('says which precisions it offers, and keeps what photographs show of the others', async () => {
    const { generatePatient } = await import('../../phantoms/index.ts');
    await mkdir(at('photographs'));
    for (const index of [1, 2, 3, 4]) {
      const { patient, left, right } = await generatePatient({ seed: 'verify', index, size: 96 });
      if (left !== null) await writeFile(at('photographs', `${patient}_left.jpg`), left.jpeg);
      if (right !== null) await writeFile(at('photographs', `${patient}_right.jpg`), right.jpeg);
    }
    const info = await retclip(['model', 'info', at('bundle')]);
    expect(info.stdout).toMatch(/fp32 offered\n.*int8 not offered: .*not compared .* on photographs/s);
    const words = ['model', 'verify', at('bundle'), '--photographs', at('photographs'), '--json'];
    const { precisions, compared } = JSON.parse((await retclip(words)).stdout);
    expect(compared).toEqual({ on: 'photographs', drawn: false, recorded: true });
    expect(precisions[0]).toEqual({ precision: 'fp32', offered: true, whyNot: null, compared: null });
    const manifest = JSON.parse(await readFile(at('bundle', 'model.json'), 'utf8'));
    for (const { precision, offered, whyNot, compared: evidence } of precisions.slice(1)) {
      expect(evidence).toMatchObject({ photographs: { patients: 4 }, changed: 0, offered: false });
      expect([offered, whyNot]).toEqual([false, 'it was compared on 4 patients, fewer than 100']);
      expect(manifest.variants[precision].agreement).toEqual(evidence);
    }
  });

  it('says in words that drawings offer nothing', async () => {
    const verified = await retclip(['model', 'verify', at('bundle')]);
    expect(verified.code).toBe(0);
    expect(verified.stdout).toMatch(/int8 .* of 12 patients .*on 12 drawn patients/);
    expect(verified.stdout).toMatch(/drawings, not photographs, and offer no precision.*--photographs DIR/);
  });

  it('takes a precision that is not offered only where that is accepted', async () => {
    const words = [
      'model',
      'embed',
      '--model',
      at('bundle'),
      '--text',
      'word1',
      '--precision',
      'int8',
      '--json',
    ];
    const refused = await retclip(words);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/does not offer int8: .*Choose fp32;.*--accept-unverified/);
    expect(await retclip([...words, '--accept-unverified'])).toMatchObject({ code: 0 });
  });

  it('asks for the number of attention heads that nothing in a checkpoint tells', async () => {
    const words = ['model', 'import', TRANSFORMER, '--vocab', at('vocab.txt'), '--precision', 'fp32'];
    const refused = await retclip([...words, '--out', at('transformer')]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/width 160, 2 layers, patch 8.*--vision-heads N/);
    const told = await retclip([...words, '--out', at('transformer'), '--vision-heads', '2', '--json']);
    expect(JSON.parse(told.stdout)).toMatchObject({
      geometry: { vision: { width: 160, heads: 2 }, text: { heads: 1 } },
      assumptions: [expect.stringMatching(/^text heads: 1 of 64 channels/)],
    });
    const info = await retclip(['model', 'info', at('transformer')]);
    expect(info.stdout).toMatch(/2 heads of 80, patch 8, quick-gelu/);
    expect(info.stdout).toMatch(/assumed\s+text heads/);
  });

  it.each<[string, string[], RegExp]>([
    ['heads of a tower without attention', ['--vision-heads', '2'], /no attention/],
    ['half a head', ['--vision-heads', '1.5'], /whole number.*1\.5/s],
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
