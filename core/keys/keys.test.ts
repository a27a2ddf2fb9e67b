import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { bundleFileKey, bundleHeadFile } from './bundle-file-key.ts';
import { dayOfShard, featureShardKey, isListedShard, listedShard, shardPath } from './feature-shard-key.ts';
import { headKey } from './head-key.ts';
import { imageKey, parseImageKey, placeOfKey } from './image-key.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };

describe("a photograph's key", () => {
  it.each([
    ['left', 'jpg', 'images/north/P1/2026-05-01/left.jpg'],
    ['right', 'JPEG', 'images/north/P1/2026-05-01/right.jpeg'],
    ['left', '', 'images/north/P1/2026-05-01/left'],
    ['right', './j p%g', 'images/north/P1/2026-05-01/right.jpg'],
    ['left', 'abcdefghij', 'images/north/P1/2026-05-01/left.abcdefgh'],
  ] as const)('of a %s eye with extension %j is %s', (laterality, extension, key) => {
    expect(imageKey(EXAM, laterality, extension)).toBe(key);
  });

  it.each(['disc', '2', 'macula-12'])('tells images of one eye apart by a place, %s', (place) => {
    const key = imageKey(EXAM, 'right', 'png', place);
    expect(key).toBe(`images/north/P1/2026-05-01/right-${place}.png`);
    expect([placeOfKey(key), parseImageKey(key).laterality]).toEqual([place, 'right']);
  });

  it.each([
    'left',
    'OS',
    'left-',
    'left-Disc',
    'left-a_b',
    'left-os',
    'left-disc-right',
    `left-${'x'.repeat(41)}`,
  ])('%s has no place', (name) => {
    expect(placeOfKey(`images/north/P1/2026-05-01/${name}.jpg`)).toBe('');
  });

  it.each([
    ['images/north/P1/2026-05-01/left.jpg', 'left'],
    ['images/north/P1/2026-05-01/P1_OD.png', 'right'],
    ['images/north/P1/2026-05-01/IMG_1.jpg', null],
  ])('%s is read: laterality %s', (key, laterality) => {
    const fileName = key.split('/').at(-1);
    expect(parseImageKey(key)).toEqual({ exam: EXAM, fileName, laterality });
  });

  it.each([
    'pictures/north/P1/1/left.jpg',
    'images/north/P1/left.jpg',
    'images/north/P1/1/more/left.jpg',
    'images//P1/1/left.jpg',
    'images/north//1/left.jpg',
    'images/north/P1//left.jpg',
    'images/north/P1/1/',
  ])('%s is none, and the message says the form', (key) => {
    expect(() => parseImageKey(key)).toThrow(InvalidInputError);
    expect(() => parseImageKey(key)).toThrow(
      `images/{program}/{patient}/{exam}/{file} but received "${key}"`,
    );
  });

  it.each([
    ['program', 'images/no\u0001rth/P1/1/left.jpg'],
    ['patient', 'images/north/P\u00011/1/left.jpg'],
    ['exam', 'images/north/P1/1\u00012/left.jpg'],
  ])('names the %s that is not an identifier', (what, key) => {
    expect(() => parseImageKey(key)).toThrow(InvalidInputError);
    expect(() => parseImageKey(key)).toThrow(what);
  });
});

describe('keys of features and heads', () => {
  it('are told by the model, the day and the batch, and by the head', () => {
    const key = featureShardKey('m1', new Date('2026-05-01T23:59:59.999Z'), 'batch');
    expect(key).toBe('features/m1/2026/05/01/batch-listed.safetensors');
    expect(headKey('9f')).toBe('heads/9f.json');
  });

  it('a bundle’s files lie under its id, its heads in a folder of it', () => {
    expect(bundleFileKey('m1', bundleHeadFile('odir'))).toBe('models/m1/heads/odir.json');
  });

  it('a listed shard is told by its path, and the other way round', () => {
    const key = listedShard('m1/2026/05/01/batch');
    expect(key).toBe('features/m1/2026/05/01/batch-listed.safetensors');
    expect(shardPath(key)).toBe('m1/2026/05/01/batch');
    expect(isListedShard(key)).toBe(true);
    expect(isListedShard('features/m1/2026/05/01/batch.safetensors')).toBe(false);
    expect(isListedShard('features/m1/2026/05/01/batch-listed.safetensors.bak')).toBe(false);
  });

  it.each([
    ['features/m1/2026/05/01/batch.safetensors', '2026-05-01'],
    ['features/m1/2025/12/31/batch-listed.safetensors', '2025-12-31'],
    ['features/m1/batch.safetensors', null],
    ['features/m1/more/2026/05/01/batch.safetensors', null],
    ['old/features/m1/2026/05/01/batch.safetensors', null],
    ['features/m1/2026/05/01', null],
  ])('the day of %s is %s', (shard, day) => {
    expect(dayOfShard(shard)).toBe(day);
  });
});
