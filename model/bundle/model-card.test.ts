import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleError } from '../errors.ts';
import { type ModelCard, readModelCard } from './model-card.ts';

const CARD: ModelCard = {
  summary: 'A small RET-CLIP.',
  data: [{ name: 'ODIR-5K', use: 'validation', patients: 400, images: 800, source: 'no licence stated' }],
  training: { method: 'tripartite InfoNCE', settings: { epochs: 30, 'learning rate': 0.0005 } },
  accuracy: [
    {
      data: 'ODIR-5K',
      task: 'label',
      label: 'glaucoma',
      metric: 'auroc',
      value: 0.8,
      interval: { low: 0.75, high: 0.85, confidence: 0.95 },
      protocol: 'linear head on frozen features',
      units: 400,
      positive: 40,
      group: { by: 'age', value: '60 and older' },
    },
  ],
  limitations: [],
  mustNotBeUsedFor: ['decisions about a patient'],
};
const [FIGURE] = CARD.accuracy;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'card-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function cardFile(content: unknown): Promise<string> {
  const path = join(directory, 'card.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('a model card', () => {
  it('is read as it was written', async () => {
    expect(await readModelCard(await cardFile(CARD))).toEqual(CARD);
  });

  it.each<[string, unknown, RegExp]>([
    ['is not JSON', '{"summary"', /card\.json.* JSON/],
    ['says nothing', {}, /summary/],
    ['has a field that is unknown', { ...CARD, licence: 'MIT' }, /licence/],
    ['forbids nothing', { ...CARD, mustNotBeUsedFor: [] }, /mustNotBeUsedFor/],
    [
      'measures on data that it does not name',
      { ...CARD, accuracy: [{ ...FIGURE, data: 'RFMiD' }] },
      /"RFMiD", which is none of the card's data/,
    ],
    [
      'has a figure below its interval',
      { ...CARD, accuracy: [{ ...FIGURE, value: 0.7 }] },
      /lies below its interval/,
    ],
    [
      'has a figure above its interval',
      { ...CARD, accuracy: [{ ...FIGURE, value: 0.9 }] },
      /lies above its interval/,
    ],
    [
      'has more positives than units',
      { ...CARD, accuracy: [{ ...FIGURE, positive: 401 }] },
      /more positives than units/,
    ],
    [
      'has a figure that is none',
      { ...CARD, accuracy: [{ ...FIGURE, value: null }] },
      /accuracy\[0\]\.value/,
    ],
  ])('that %s is refused by its file', async (_, content, reason) => {
    const path = await cardFile(content);
    await expect(readModelCard(path)).rejects.toThrow(BundleError);
    await expect(readModelCard(path)).rejects.toThrow(reason);
    await expect(readModelCard(path)).rejects.toThrow('card.json');
  });

  it('that is not there is refused by its path', async () => {
    await expect(readModelCard(join(directory, 'none.json'))).rejects.toThrow(/none\.json/);
  });
});
