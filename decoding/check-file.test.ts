import { describe, expect, it } from 'vitest';
import { emptyPng, jpegBomb, pngBomb, tiffBomb, webpAnimation, webpBomb } from '../phantoms/hostile/index.ts';
import { checkFile } from './check-file.ts';
import { ImageError } from './errors.ts';

const BUDGET = 2 ** 30;
const jpeg = { width: 256, height: 256, components: 3 } as const;

function refusalOf(file: Buffer, budget = BUDGET): ImageError | null {
  try {
    checkFile(file, budget);
    return null;
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
}

describe('a file within its bounds', () => {
  it.each<[string, () => Buffer]>([
    ['a JPEG of 100 scans', () => jpegBomb({ ...jpeg, emptyScans: 99 })],
    ['150 megapixels', () => emptyPng(15_000, 10_000)],
    ['a TIFF of one page', () => tiffBomb({ width: 9, height: 9, pages: 1 })],
    ['64 frames', () => webpAnimation(64)],
    ['15 MiB of profile', () => pngBomb({ width: 9, height: 9, profileBytes: 15 * 2 ** 20 })],
  ])('is let through: %s', (_, make) => {
    expect(refusalOf(make())).toBeNull();
  });

  it('may be a photograph of any camera that there is', () => {
    const size = { width: 8_000, height: 6_000, emptyScans: 12 };
    for (const components of [1, 3, 4] as const)
      expect(refusalOf(jpegBomb({ ...size, components }))).toBeNull();
    expect(refusalOf(webpBomb(8_000, 6_000))).toBeNull();
  });
});

describe('a file beyond a bound', () => {
  it.each<[ImageError['reason'], string, () => Buffer]>([
    ['unreadable-file', 'nothing', () => Buffer.alloc(0)],
    ['unreadable-file', 'an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['image-too-large', 'more than 150 megapixels', () => emptyPng(15_000, 10_001)],
    ['image-too-large', 'a lossless WebP', () => webpBomb(16_383, 16_383)],
    ['too-many-scans', 'a JPEG of 101 scans', () => jpegBomb({ ...jpeg, emptyScans: 100 })],
    ['too-many-frames', '65 pages', () => tiffBomb({ width: 9, height: 9, pages: 65 })],
    [
      'too-many-frames',
      'a chain without end',
      () => tiffBomb({ width: 9, height: 9, pages: 1, isEndless: true }),
    ],
    ['too-many-frames', 'two photographs', () => tiffBomb({ width: 9, height: 9, pages: 2 })],
    ['too-many-frames', '65 frames', () => webpAnimation(65)],
    ['metadata-too-large', 'a profile', () => pngBomb({ width: 9, height: 9, profileBytes: 17 * 2 ** 20 })],
    [
      'metadata-too-large',
      'many texts',
      () => pngBomb({ width: 9, height: 9, texts: { count: 18, bytes: 2 ** 20 } }),
    ],
    ['too-much-memory', 'a WebP of 40 bytes', () => webpBomb(16_383, 9_100)],
    [
      'too-much-memory',
      'CMYK',
      () => jpegBomb({ width: 11_500, height: 11_500, components: 4, emptyScans: 1 }),
    ],
    ['too-much-memory', 'one tile', () => tiffBomb({ width: 9, height: 9, pages: 1, tile: 32_768 })],
  ])('is %s, with its figures: %s', (reason, _, make) => {
    const refusal = refusalOf(make());
    expect(refusal?.reason).toBe(reason);
    expect(refusal?.message).not.toMatch(/undefined|NaN/);
    if (reason !== 'unreadable-file') {
      const figures = refusal?.measured ?? {};
      const most = Object.entries(figures).find(([name]) => name.startsWith('most'))?.[1] ?? Number.NaN;
      const { width = 0, height = 0, scans, frames, photographs, metadataBytes, neededBytes } = figures;
      expect(
        scans ?? frames ?? photographs ?? metadataBytes ?? neededBytes ?? width * height,
      ).toBeGreaterThan(most);
    }
  });

  it('is refused by a smaller budget with the setting that allows more', () => {
    const file = webpBomb(4_000, 4_000);
    expect(refusalOf(file)).toBeNull();
    const refusal = refusalOf(file, 64 * 2 ** 20);
    expect(refusal?.message).toMatch(/takes \d+ MiB; 64 are allowed.*RETCLIP_DECODING_MEMORY/);
  });
});

describe('what a file needs', () => {
  const need = (file: Buffer) => checkFile(file, 2 ** 40);

  it('grows with its pixels, its scans and what it keeps of them', () => {
    const small = need(jpegBomb({ ...jpeg, emptyScans: 0 }));
    const large = need(jpegBomb({ ...jpeg, width: 2_560, height: 2_560, emptyScans: 0 }));
    const scans = need(jpegBomb({ ...jpeg, width: 2_560, height: 2_560, emptyScans: 60 }));
    expect(large.bytes - small.bytes).toBeGreaterThan(2_300 * 2_300 * 9);
    expect(large.milliseconds).toBeGreaterThan(small.milliseconds);
    expect(scans.milliseconds).toBeGreaterThan(large.milliseconds);
    expect(scans.deadlineMilliseconds).toBeGreaterThan(10_000 + scans.milliseconds);
  });
});
