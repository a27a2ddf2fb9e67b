import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PhantomArgumentError } from '../errors.ts';
import { FOREIGN_KINDS, type ForeignKind, generateForeignImage } from './foreign-image.ts';

describe('generateForeignImage', () => {
  it.each(FOREIGN_KINDS)(
    'draws %s as a JPEG of the width asked for, the same bytes each time',
    async (kind) => {
      const first = await generateForeignImage(kind, { seed: 5, size: 256 });
      const again = await generateForeignImage(kind, { seed: 5, size: 256 });
      const other = await generateForeignImage(kind, { seed: 6, size: 256 });
      const { format, width, channels } = await sharp(first).metadata();
      expect({ format, width, channels }).toEqual({ format: 'jpeg', width: 256, channels: 3 });
      expect(first.equals(again)).toBe(true);
      expect(first.equals(other)).toBe(false);
    },
  );

  it('keeps a black frame black and a white one white', async () => {
    const mean = async (kind: ForeignKind) =>
      (await sharp(await generateForeignImage(kind, { seed: 1, size: 128 })).stats()).channels[1]?.mean;
    expect(await mean('black')).toBeLessThan(8);
    expect(await mean('white')).toBeGreaterThan(245);
  });

  it.each([0, 63, 5000, 100.5, Number.NaN])('refuses a size of %d', async (size) => {
    await expect(generateForeignImage('noise', { seed: 1, size })).rejects.toThrow(PhantomArgumentError);
  });

  it('refuses a kind that it does not know', async () => {
    await expect(generateForeignImage('cat' as ForeignKind, { seed: 1 })).rejects.toThrow(/Expected one of/);
  });
});
