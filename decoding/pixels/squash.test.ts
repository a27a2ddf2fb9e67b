import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkFile } from '../check-file.ts';
import { ImageError } from '../errors.ts';
import { type SquashedImage, squashImage } from './squash.ts';

const WIDTH = 300;
const HEIGHT = 200;
const SIZE = 64;
/** Red grows to the right, green downwards, blue is even: orientation and colour show in any small copy. */
const SCENE = Buffer.alloc(WIDTH * HEIGHT * 3);
for (let y = 0; y < HEIGHT; y += 1) {
  for (let x = 0; x < WIDTH; x += 1) {
    SCENE.set([40 + (x * 180) / WIDTH, 40 + (y * 180) / HEIGHT, 90], (y * WIDTH + x) * 3);
  }
}
const scene = (): Sharp => sharp(SCENE, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
let expected: Uint8Array;

/** As a file goes through the room: looked at first, then decoded. */
async function prepared(bytes: Uint8Array, side: number): Promise<SquashedImage> {
  checkFile(bytes, 2 ** 30);
  const [square] = await squashImage(bytes, [side]);
  if (square === undefined) throw new Error('Expected a square.');
  return square;
}

beforeAll(async () => {
  expected = (await prepared(await scene().png().toBuffer(), SIZE)).pixels;
});

function meanDifference(pixels: Uint8Array, others: Uint8Array): number {
  return (
    pixels.reduce((sum, value, index) => sum + Math.abs(value - (others[index] ?? 0)), 0) / pixels.length
  );
}

/** A PNG that claims any size, with hardly any data: a decompression bomb. */
async function bomb(width: number, height: number): Promise<Buffer> {
  const png = Buffer.from(
    await sharp(Buffer.alloc(3), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer(),
  );
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  const { crc32 } = await import('node:zlib');
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

describe('a photograph', () => {
  it.each<[string, () => Promise<Buffer>, number]>([
    ['a JPEG', () => scene().jpeg({ quality: 98 }).toBuffer(), 1.5],
    ['a progressive JPEG', () => scene().jpeg({ quality: 98, progressive: true }).toBuffer(), 1.5],
    [
      'a JPEG without chroma subsampling',
      () => scene().jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer(),
      1,
    ],
    ['a CMYK JPEG', () => scene().toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer(), 30],
    ['a PNG', () => scene().png().toBuffer(), 0],
    ['a 16-bit PNG', () => scene().toColourspace('rgb16').png().toBuffer(), 1],
    ['a PNG with full opacity', () => scene().ensureAlpha().png().toBuffer(), 0],
    ['a TIFF', () => scene().tiff({ compression: 'lzw' }).toBuffer(), 0],
    ['a lossless WebP', () => scene().webp({ lossless: true }).toBuffer(), 0],
  ])('as %s gives the same picture', async (_, encode, tolerance) => {
    const { pixels, width, height } = await prepared(await encode(), SIZE);
    expect(pixels).toHaveLength(SIZE * SIZE * 3);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    expect(meanDifference(pixels, expected)).toBeLessThanOrEqual(tolerance);
  });

  it('in grey has three equal channels', async () => {
    for (const encode of [
      scene().greyscale().jpeg(),
      scene().greyscale().png(),
      scene().toColourspace('grey16').png(),
    ]) {
      const { pixels } = await prepared(await encode.toBuffer(), SIZE);
      expect(pixels).toHaveLength(SIZE * SIZE * 3);
      for (let at = 0; at < pixels.length; at += 3) {
        expect([pixels[at], pixels[at + 1]]).toEqual([pixels[at + 1], pixels[at + 2]]);
      }
    }
  });

  it('with transparent parts keeps their colour, as the reference does', async () => {
    const alpha = await sharp(Buffer.alloc(WIDTH * HEIGHT, 0), {
      raw: { width: WIDTH, height: HEIGHT, channels: 1 },
    })
      .png()
      .toBuffer();
    const { pixels } = await prepared(await scene().joinChannel(alpha).png().toBuffer(), SIZE);
    expect(meanDifference(pixels, expected)).toBeLessThanOrEqual(1);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('with EXIF orientation %i stands upright', async (orientation) => {
    const turned: Record<number, (image: Sharp) => Sharp> = {
      1: (image) => image,
      2: (image) => image.flop(),
      3: (image) => image.rotate(180),
      4: (image) => image.flip(),
      5: (image) => image.rotate(270).flop(),
      6: (image) => image.rotate(270),
      7: (image) => image.rotate(90).flop(),
      8: (image) => image.rotate(90),
    };
    const stored = await (turned[orientation]?.(scene()) ?? scene()).png().toBuffer();
    const file = await sharp(stored).withMetadata({ orientation }).png().toBuffer();
    const { pixels, width, height } = await prepared(file, SIZE);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    expect(meanDifference(pixels, expected)).toBeLessThanOrEqual(0.5);
  });

  it('is squashed, not cropped: its corners are in the square', async () => {
    const at = (x: number, y: number) => [...expected.subarray((y * SIZE + x) * 3, (y * SIZE + x) * 3 + 3)];
    expect(at(0, 0).map((value) => Math.round(value / 10))).toEqual([4, 4, 9]);
    expect(at(SIZE - 1, SIZE - 1).map((value) => Math.round(value / 10))).toEqual([22, 22, 9]);
  });
});

describe('a file that cannot be a photograph', () => {
  const jpeg = () => scene().jpeg().toBuffer();
  it.each<[string, () => Promise<Buffer>, ImageError['reason']]>([
    ['is empty', async () => Buffer.alloc(0), 'unreadable-file'],
    ['is a text', async () => Buffer.from('patient,left,right\n'), 'unreadable-file'],
    ['is a PDF', async () => Buffer.from('%PDF-1.7\n'), 'unreadable-file'],
    [
      'is an SVG',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'unreadable-file',
    ],
    ['is a GIF', () => scene().gif().toBuffer(), 'unreadable-file'],
    [
      'begins like a JPEG and is none',
      async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
      'truncated-file',
    ],
    ['is a JPEG cut in the middle', async () => (await jpeg()).subarray(0, 1_500), 'truncated-file'],
    ['is a JPEG cut at its last bytes', async () => (await jpeg()).subarray(0, -40), 'truncated-file'],
    [
      'is a PNG cut in the middle',
      async () => {
        const png = await scene().png().toBuffer();
        return png.subarray(0, png.length >> 1);
      },
      'truncated-file',
    ],
    [
      'is a WebP cut in the middle',
      async () => {
        const webp = await scene().webp().toBuffer();
        return webp.subarray(0, webp.length >> 1);
      },
      'truncated-file',
    ],
    [
      'is a TIFF cut in the middle',
      async () => {
        const tiff = await scene().tiff().toBuffer();
        return tiff.subarray(0, tiff.length >> 1);
      },
      'truncated-file',
    ],
    [
      'is a JPEG with zeros in its middle',
      async () => {
        const file = Buffer.from(await jpeg());
        return file.fill(0, file.length >> 1, (file.length >> 1) + 400);
      },
      'truncated-file',
    ],
    ['is a PNG bomb of 60,000 × 60,000', () => bomb(60_000, 60_000), 'image-too-large'],
  ])('because it %s is refused for that reason', async (_, make, reason) => {
    const refused = await prepared(await make(), SIZE).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ImageError);
    expect(refused).toMatchObject({ reason });
  });
});
