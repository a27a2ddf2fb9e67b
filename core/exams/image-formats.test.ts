import { expect, it } from 'vitest';
import {
  ALL_IMAGE_FORMATS,
  ANY_IMAGE_FORMAT,
  formatOfMediaType,
  IMAGE_SUFFIXES,
  mediaTypeOfExtension,
} from './image-formats.ts';

it('tells a format by its media type, and a media type by an extension in any case', () => {
  expect(formatOfMediaType('image/tiff')).toEqual({
    ...{ format: 'tiff', name: 'TIFF', mediaType: 'image/tiff' },
    ...{ extensions: ['tif', 'tiff'], aliases: [] },
  });
  expect(formatOfMediaType('image/heic')).toBeUndefined();
  expect(['JPG', 'jpeg', 'png', 'Tif', 'webp', 'jfif'].map(mediaTypeOfExtension)).toEqual([
    ...['image/jpeg', 'image/jpeg', 'image/png', 'image/tiff', 'image/webp', undefined],
  ]);
});

it('lists the suffixes that promise an image, and the formats as people write them', () => {
  expect([...IMAGE_SUFFIXES].sort()).toEqual(['jfif', 'jpe', 'jpeg', 'jpg', 'png', 'tif', 'tiff', 'webp']);
  expect([ANY_IMAGE_FORMAT, ALL_IMAGE_FORMATS]).toEqual([
    'JPEG, PNG, TIFF or WebP',
    'JPEG, PNG, TIFF and WebP',
  ]);
});
