import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { emptyPng, jpegBomb, pngBomb, tiffBomb, webpAnimation, webpBomb } from './index.ts';

/** A decoder that knows nothing of this folder must take the files for what they claim to be. */
const claims = async (file: Buffer) => {
  const { format, width, height, channels, pages, isProgressive } = await sharp(file).metadata();
  return { format, width, height, channels, pages, isProgressive };
};

describe('hostile files of a harmless size', () => {
  it.each([1, 3, 4] as const)(
    'are JPEGs of %i components that open, with as many scans as asked for',
    async (components) => {
      const file = jpegBomb({ width: 200, height: 120, components, emptyScans: 5 });
      expect(await claims(file)).toMatchObject({
        ...{ format: 'jpeg', width: 200, height: 120, channels: components, isProgressive: true },
      });
      const { channels } = await sharp(file, { failOn: 'error' }).stats();
      for (const { min, max } of channels) expect(max).toBe(min);
    },
  );

  it('are WebPs that open', async () => {
    const file = webpBomb(700, 300);
    expect(file.length).toBeLessThan(40);
    expect(await claims(file)).toMatchObject({ format: 'webp', width: 700, height: 300 });
    expect((await sharp(file).raw().toBuffer()).length).toBeGreaterThanOrEqual(700 * 300 * 3);
    expect(await claims(webpAnimation(3))).toMatchObject({ width: 16, height: 16, pages: 3 });
  });

  it('are PNGs that open, with texts and frames', async () => {
    const file = pngBomb({
      width: 90,
      height: 40,
      isInterlaced: true,
      texts: { count: 2, bytes: 50 },
      frames: 3,
    });
    expect(await claims(file)).toMatchObject({ format: 'png', width: 90, height: 40, isProgressive: true });
    expect((await sharp(file).raw().toBuffer()).length).toBe(90 * 40 * 3);
    expect(await claims(emptyPng(900, 40))).toMatchObject({ width: 900, height: 40 });
  });

  it('are TIFFs with as many pages as asked for', async () => {
    expect(await claims(tiffBomb({ width: 1, height: 1, pages: 4 }))).toMatchObject({
      format: 'tiff',
      pages: 4,
    });
    expect(await claims(tiffBomb({ width: 20, height: 10, pages: 1, tile: 64 }))).toMatchObject({
      ...{ format: 'tiff', width: 20, height: 10 },
    });
  });
});
