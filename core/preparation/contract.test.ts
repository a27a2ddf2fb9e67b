import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { contractOf } from './contract.ts';
import { DECODER_VERSIONS, FIELD_FINDER, GATE } from './release.ts';

const MODEL = { preprocessing: 'squash-bicubic-v1', imageSize: 224, detector: 'd'.repeat(64) };

it('is the hash of resizing, size, gate, field finder, detector and decoders, in this order', () => {
  const decoders = (['mozjpeg', 'png', 'sharp', 'tiff', 'vips', 'webp'] as const)
    .map((name) => `["${name}","${DECODER_VERSIONS[name]}"]`)
    .join(',');
  const text = `["preparation/3","squash-bicubic-v1",224,"${GATE}","${FIELD_FINDER}","${'d'.repeat(64)}",[${decoders}]]`;
  expect(contractOf(MODEL)).toBe(createHash('sha256').update(text).digest('hex').slice(0, 32));
});

it('names what locates the field too, where pixels are cut along it', () => {
  const decoders = JSON.stringify(Object.entries(DECODER_VERSIONS).sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = `["preparation/3","field-bicubic-v1","field-of-view/1",224,"${GATE}","${FIELD_FINDER}","${'d'.repeat(64)}",${decoders}]`;
  expect(contractOf({ ...MODEL, preprocessing: 'field-bicubic-v1' })).toBe(
    createHash('sha256').update(text).digest('hex').slice(0, 32),
  );
});

it('is another one for each of them', () => {
  const contracts = [
    MODEL,
    { ...MODEL, preprocessing: 'field-bicubic-v1' },
    { ...MODEL, imageSize: 336 },
    { ...MODEL, detector: 'e'.repeat(64) },
    { ...MODEL, detector: null },
  ].map(contractOf);
  expect(new Set(contracts).size).toBe(contracts.length);
});
