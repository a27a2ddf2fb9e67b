import sharp from 'sharp';
import { expect, it } from 'vitest';
import { DECODER_VERSIONS } from '../core/preparation/release.ts';

it('are those that the contract of preparation names: other decoders may give other pixels', () => {
  expect(sharp.versions).toMatchObject(DECODER_VERSIONS);
});
