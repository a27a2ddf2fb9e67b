import sharp from 'sharp';
import { expect, it } from 'vitest';
import { DECODER_VERSIONS, FIELD_OF_VIEW } from '../core/preparation/release.ts';
import { FIELD_OF_VIEW_VERSION } from './field-of-view/locate-field.ts';

it('are those that the contract of preparation names: other decoders may give other pixels', () => {
  expect(sharp.versions).toMatchObject(DECODER_VERSIONS);
});

it('locate the field as that contract names it', () => {
  expect(FIELD_OF_VIEW_VERSION).toBe(FIELD_OF_VIEW);
});
