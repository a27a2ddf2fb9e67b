import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  emptyPng,
  jpegBomb,
  pngBomb,
  tiffBomb,
  webpAnimation,
  webpBomb,
} from '../../phantoms/hostile/index.ts';
import { imageKind, readHeader } from './read-header.ts';

const WIDTH = 301;
const HEIGHT = 203;
const scene = (): Sharp =>
  sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#a04020' } });

const FILES: Readonly<Record<string, () => Promise<Buffer>>> = {
  'a JPEG': () => scene().jpeg().toBuffer(),
  'a JPEG turned by Exif': () => scene().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  'a progressive JPEG': () => scene().jpeg({ progressive: true }).toBuffer(),
  'a CMYK JPEG': () => scene().toColourspace('cmyk').jpeg().toBuffer(),
  'a grey JPEG': () => scene().greyscale().jpeg().toBuffer(),
  'a PNG': () => scene().png().toBuffer(),
  'a palette PNG': () => scene().png({ palette: true }).toBuffer(),
  'a PNG with alpha': () => scene().ensureAlpha(0.5).png().toBuffer(),
  'an interlaced 16-bit PNG': () => scene().toColourspace('rgb16').png({ progressive: true }).toBuffer(),
  'a WebP': () => scene().webp().toBuffer(),
  'a lossless WebP': () => scene().webp({ lossless: true }).toBuffer(),
  'a WebP with alpha': () => scene().ensureAlpha(0.5).webp().toBuffer(),
  'a WebP with Exif': () => scene().withMetadata({ orientation: 3 }).webp().toBuffer(),
  'a TIFF': () => scene().tiff().toBuffer(),
  'a tiled TIFF': () => scene().tiff({ tile: true, tileWidth: 64, tileHeight: 64 }).toBuffer(),
  'a BigTIFF': () => scene().tiff({ bigtiff: true }).toBuffer(),
  'a 16-bit TIFF with alpha': () => scene().ensureAlpha(0.5).toColourspace('rgb16').tiff().toBuffer(),
};

describe('the header', () => {
  it.each(Object.entries(FILES))('of %s tells what libvips tells', async (_, make) => {
    const file = await make();
    const { format, width, height, hasAlpha, depth } = await sharp(file).metadata();
    expect(readHeader(file)).toMatchObject({
      ...{ kind: format, width, height, hasAlpha, frames: 1 },
      bytesPerSample: depth === 'ushort' ? 2 : 1,
    });
  });

  it('counts the scans of a JPEG, and takes the coefficients of several for its memory', async () => {
    const bomb = jpegBomb({ width: 640, height: 480, components: 4, emptyScans: 250 });
    expect(readHeader(bomb)).toMatchObject({ scans: 251, channels: 4, workingBytes: 640 * 480 * 4 * 2 });
    const plain = readHeader(await scene().jpeg().toBuffer());
    expect(plain).toMatchObject({ scans: 1, workingBytes: 0 });
  });

  it('counts no scan of a preview or behind the end, but those behind bytes that belong to nothing', async () => {
    const bomb = jpegBomb({ width: 64, height: 64, components: 1, emptyScans: 7 });
    const file = await scene().jpeg().toBuffer();
    const preview = Buffer.concat([Buffer.from([0xff, 0xe2, 0, bomb.length + 2]), bomb]);
    expect(bomb.length).toBeLessThan(250);
    const framed = Buffer.concat([file.subarray(0, 2), preview, file.subarray(2), bomb, bomb]);
    expect(readHeader(framed)).toMatchObject({ width: WIDTH, height: HEIGHT, scans: 1 });
    const table = bomb.indexOf(Buffer.from([0xff, 0xc4]));
    const rubbish = Buffer.concat([bomb.subarray(0, table), Buffer.from('rubbish'), bomb.subarray(table)]);
    expect(readHeader(rubbish)?.scans).toBe(8);
  });

  it.each([1, 15, 16, 17, 18, 400])(
    'finds the next scan behind %i bytes of data, and behind what is stuffed, filled or a restart',
    (bytes) => {
      const bomb = jpegBomb({ width: 64, height: 64, components: 1, emptyScans: 1 });
      const second = bomb.lastIndexOf(Buffer.from([0xff, 0xda]));
      const data = Buffer.alloc(bytes, 0x5a);
      for (const within of [
        [0xff, 0x00],
        [0xff, 0xd0],
        [0xff, 0xd7, 0xff, 0x00],
      ]) {
        // A fill byte comes before the marker.
        const entropy = Buffer.concat([data, Buffer.from(within), data, Buffer.from([0xff])]);
        const file = Buffer.concat([bomb.subarray(0, second), entropy, bomb.subarray(second)]);
        expect(readHeader(file)?.scans, String(within)).toBe(2);
      }
    },
  );

  it('takes no restart within a scan for a segment, of which a file may not have any number', () => {
    const bomb = jpegBomb({ width: 64, height: 64, components: 1, emptyScans: 0 });
    const end = bomb.lastIndexOf(Buffer.from([0xff, 0xd9]));
    const restarts = Buffer.alloc(2 * 100_001, Buffer.from([0xff, 0xd3]));
    const file = Buffer.concat([bomb.subarray(0, end), restarts, bomb.subarray(end)]);
    expect(readHeader(file)).toMatchObject({ scans: 1, metadataBytes: readHeader(bomb)?.metadataBytes });
  });

  it('tells the frames of an animation and the pages of a TIFF, of which an endless chain has too many', () => {
    expect(readHeader(webpAnimation(9))?.frames).toBe(9);
    expect(readHeader(tiffBomb({ width: 1, height: 1, pages: 12 }))?.frames).toBe(12);
    expect(readHeader(tiffBomb({ width: 1, height: 1, pages: 2, isEndless: true }))?.frames).toBeGreaterThan(
      64,
    );
    expect(readHeader(pngBomb({ width: 1, height: 1, frames: 5_000 }))?.frames).toBe(5_000);
  });

  it('tells what texts and profiles unpack to, up to more than is permitted', () => {
    const { metadataBytes } = readHeader(pngBomb({ width: 9, height: 9, profileBytes: 3_000_000 })) ?? {};
    expect(metadataBytes).toBeGreaterThan(3_000_000);
    expect(metadataBytes).toBeLessThan(3_001_000);
    const texts = { count: 3_000, bytes: 1_000_000 };
    expect(readHeader(pngBomb({ width: 9, height: 9, texts }))?.metadataBytes).toBeGreaterThan(16 * 2 ** 20);
  });

  it('is read although the file has hardly any data', () => {
    expect(readHeader(emptyPng(60_000, 50_000))).toMatchObject({ width: 60_000, height: 50_000 });
    expect(readHeader(webpBomb(16_383, 9_100))).toMatchObject({ width: 16_383, height: 9_100 });
    expect(readHeader(tiffBomb({ width: 70_000, height: 3, pages: 1 }))).toMatchObject({ width: 70_000 });
  });

  it('is never a fault, whatever the bytes are', async () => {
    const files = await Promise.all(Object.values(FILES).map((make) => make()));
    files.push(webpAnimation(3), tiffBomb({ width: 3, height: 3, pages: 3, tile: 16 }));
    const change = fc.record({ at: fc.nat(400), value: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 12 }),
        fc.nat(2_000),
        (file, changes, cut) => {
          const copy = Buffer.from(file.subarray(0, Math.max(1, file.length - cut)));
          for (const { at, value } of changes) copy[at % copy.length] = value;
          const header = readHeader(copy);
          if (header !== null) expect(header.width * header.height).toBeGreaterThan(0);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('the kind of a file', () => {
  it.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['<?xml version="1.0"?><svg/>'],
    ['%PDF-1.7'],
    ['GIF89a'],
    ['BM'],
    ['P6 1 1 255 '],
    ['#?RADIANCE'],
    ['RIFF\0\0\0\0AVI '],
    ['\0\0\0\x18ftypheic'],
    ['\0\0\0\x0cjP  \r\n'],
    ['SIMPLE  ='],
    ['\xff\x0a'],
    [''],
  ])('of %j is none that is read', (start) => {
    expect(imageKind(Buffer.from(start.padEnd(40, ' '), 'latin1'))).toBeNull();
  });
});
