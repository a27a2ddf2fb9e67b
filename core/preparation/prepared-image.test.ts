import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { imageVersion, preparedFacts } from '../testing/records.ts';
import { decodePreparedImage, encodePreparedImage, PreparedImageError } from './prepared-image.ts';

const LEFT = imageVersion('left', 1);
const RIGHT = imageVersion('right', 1);
const PIXELS = Uint8Array.from({ length: 2 * 2 * 3 }, (_, index) => 7 + 20 * index);
const FACTS = {
  ...preparedFacts('left'),
  pixelsSha256: createHash('sha256').update(PIXELS).digest('hex'),
};
const file = encodePreparedImage(LEFT, { facts: FACTS, pixels: PIXELS });
const KEY = 'prepared/north/P1/2026-05-01/left.jpg/v1/c.safetensors';
const read = (content: Uint8Array, of = LEFT) => decodePreparedImage(content, of, KEY);

describe('a prepared image', () => {
  it('is a safetensors file that a foreign reader understands: facts in its header, raw pixels at its end', () => {
    const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(Buffer.from(file.subarray(8, 8 + length)).toString());
    expect(header.pixels).toEqual({ dtype: 'U8', shape: [2, 2, 3], data_offsets: [0, 12] });
    expect(header.__metadata__.sha256).toBe(LEFT.sha256);
    expect(JSON.parse(header.__metadata__.facts)).toEqual(FACTS);
    expect([...file.subarray(8 + length)]).toEqual([...PIXELS]);
  });

  it('is read as it was written, with pixels or without', () => {
    expect(read(file)).toEqual({ facts: FACTS, pixels: PIXELS });
    const quality = { gradable: false, reason: 'too-dark', measurements: { dark: 0.9 } } as const;
    const facts = { ...FACTS, quality, pixelsSha256: null };
    expect(read(encodePreparedImage(LEFT, { facts, pixels: null }))).toEqual({ facts, pixels: null });
  });

  it('is refused where it was made of another image, cut, changed by one pixel, or nothing of the kind', () => {
    expect(() => read(file, RIGHT)).toThrow(PreparedImageError);
    expect(() => read(file, RIGHT)).toThrow(RIGHT.sha256);
    expect(() => read(file.subarray(0, -1))).toThrow(PreparedImageError);
    const changed = Uint8Array.from(file);
    changed[changed.length - 1] = 0;
    expect(() => read(changed)).toThrow(/have SHA-256 [0-9a-f]{64} instead of/);
    expect(() => read(Buffer.from('no safetensors'))).toThrow(KEY);
  });

  it('is refused where its facts promise pixels that it does not hold', () => {
    expect(() => read(encodePreparedImage(LEFT, { facts: FACTS, pixels: null }))).toThrow(PreparedImageError);
  });
});
