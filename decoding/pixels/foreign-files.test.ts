import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkFile } from '../check-file.ts';
import { ImageError } from '../errors.ts';
import { squashImage } from './squash.ts';

/** Written by Pillow 11.3: red is 100 + 3 x, green 40 + 3 y, of 48 × 40 pixels. */
const written = (name: string) => readFileSync(new URL(`./testing/${name}`, import.meta.url));

async function squared(file: Uint8Array) {
  checkFile(file, 2 ** 30);
  const [square] = await squashImage(file, [8]);
  if (square === undefined) throw new Error('Expected a square.');
  return square;
}

const refusalOf = (file: Uint8Array): Promise<ImageError> =>
  squared(file).then(
    () => Promise.reject(new Error('Expected a refusal.')),
    (error: unknown) => (error instanceof ImageError ? error : Promise.reject(error)),
  );

describe('a TIFF of several pages', () => {
  it('is read by its largest one: a thumbnail comes first', async () => {
    const { pixels, width, height } = await squared(written('thumbnail-first.tif'));
    expect([width, height]).toEqual([48, 40]);
    // The middle of the first of 8 columns is x = 2.5, of the last x = 44.5.
    expect(Math.abs((pixels[0] ?? 0) - 107.5)).toBeLessThan(3);
    expect(Math.abs((pixels[7 * 3] ?? 0) - 233.5)).toBeLessThan(3);
  });

  it('is refused where two of them are photographs, by what to do', async () => {
    const { reason, message } = await refusalOf(written('two-photographs.tif'));
    expect(reason).toBe('too-many-frames');
    expect(message).toMatch(/holds 2 photographs.*Export each/);
  });
});

describe('levels beyond 8 bits', () => {
  it('are scaled where a sensor’s 12 bits lie in 16', async () => {
    const { pixels } = await squared(written('twelve-bits.png'));
    expect(Math.abs((pixels[0] ?? 0) - 107.5)).toBeLessThan(3);
    expect(Math.abs((pixels[7 * 3] ?? 0) - 233.5)).toBeLessThan(3);
  });

  it('are refused by name where they are of floating point', async () => {
    expect((await refusalOf(written('float.tif'))).message).toMatch(/floating point.*8 bits/);
  });
});

describe('a format that is not read', () => {
  it.each([
    ['HEIC', '\0\0\0\x18ftypheic'],
    ['AVIF', '\0\0\0\x1cftypavif'],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['JPEG XL', '\xff\x0a'],
    ['BMP', 'BM6\0'],
    ['DICOM', `${'\0'.repeat(128)}DICM`],
  ])('is refused by its name: %s', async (name, start) => {
    const { reason, message } = await refusalOf(Buffer.from(start.padEnd(200, '\0'), 'latin1'));
    expect(reason).toBe('unreadable-file');
    expect(message).toContain(`is ${name}, which is not read. Export the photograph as JPEG.`);
  });
});
