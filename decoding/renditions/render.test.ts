import { spawnSync } from 'node:child_process';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Retouch, renderImage } from './render.ts';
import { jpegSegments } from './testing/jpeg-segments.ts';
import {
  jpegWithBrokenProfile,
  jpegWithMetadata,
  PLANTED,
  pngWithMetadata,
  toldBy,
} from './testing/planted-metadata.ts';

const WIDTH = 300;
const HEIGHT = 200;
/** Red grows to the right, green downwards, blue is even: a turn, a mirror and a wrong colour each show. */
const SCENE = Buffer.alloc(WIDTH * HEIGHT * 3);
for (let y = 0; y < HEIGHT; y += 1) {
  for (let x = 0; x < WIDTH; x += 1) {
    SCENE.set([40 + (x * 180) / WIDTH, 40 + (y * 180) / HEIGHT, 90], (y * WIDTH + x) * 3);
  }
}
const scene = (): Sharp => sharp(SCENE, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const camera = (width: number, height: number): Sharp => scene().resize(width, height, { fit: 'fill' });

async function rendered(file: Uint8Array, kind: 'rendition' | 'thumbnail' = 'rendition'): Promise<Buffer> {
  const { files } = await renderImage(file, [kind], null);
  return Buffer.from(files[0] ?? []);
}

/** A pixel of a picture, each place as a share of its side. */
async function colourAt(file: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

/** The scene's own colour at a place. */
const sceneAt = (x: number, y: number) => [40 + x * 180, 40 + y * 180, 90];
const PLACES = [
  [0.1, 0.2],
  [0.9, 0.2],
  [0.3, 0.85],
] as const;

async function expectScene(file: Uint8Array, tolerance: number): Promise<void> {
  for (const [x, y] of PLACES) {
    const seen = await colourAt(file, x, y);
    expect(seen).toHaveLength(3);
    for (const [channel, value] of sceneAt(x, y).entries()) {
      expect(Math.abs((seen[channel] ?? 0) - value), `${x}, ${y}: ${seen}`).toBeLessThanOrEqual(tolerance);
    }
  }
}

describe('a rendition', () => {
  it.each([
    ['lying', 3_000, 2_000, [2_048, 1_365]],
    ['standing', 1_000, 3_000, [683, 2_048]],
    ['small, as large as it was', 300, 200, [300, 200]],
  ] as const)('has a longer side of 2,048 pixels at most: %s', async (_, width, height, size) => {
    const file = await camera(width, height).jpeg().toBuffer();
    const made = await renderImage(file, ['rendition', 'thumbnail'], null);
    const sizes = await Promise.all(made.files.map((each) => sharp(each).metadata()));
    expect([made.width, made.height]).toEqual([width, height]);
    expect([sizes[0]?.width, sizes[0]?.height]).toEqual(size);
    expect(Math.max(sizes[1]?.width ?? 0, sizes[1]?.height ?? 0)).toBe(256);
    for (const file of made.files) await expectScene(file, 4);
  });

  it.each<[string, () => Promise<Buffer>, number]>([
    ['a progressive JPEG', () => scene().jpeg({ quality: 98, progressive: true }).toBuffer(), 4],
    ['a 16-bit PNG', () => scene().toColourspace('rgb16').png().toBuffer(), 4],
    ['a CMYK JPEG', () => scene().toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer(), 40],
    ['a TIFF', () => scene().tiff({ compression: 'lzw' }).toBuffer(), 4],
    ['a WebP with alpha', () => scene().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(), 4],
    ['a transparent PNG', () => scene().ensureAlpha(0).png().toBuffer(), 4],
  ])('of %s shows its colours', async (_, encode, tolerance) => {
    await expectScene(await rendered(await encode()), tolerance);
  });

  it('of a grey picture is grey, in three channels', async () => {
    for (const image of [scene().greyscale().png(), scene().toColourspace('grey16').png()]) {
      const [red, green, blue] = await colourAt(await rendered(await image.toBuffer()), 0.8, 0.5);
      expect([green, blue]).toEqual([red, red]);
      expect(red).toBeGreaterThan(100);
    }
  });

  it('has the colours that the file’s profile gives its numbers', async () => {
    const file = await scene()
      .withIccProfile('p3')
      .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
      .toBuffer();
    // The numbers are others, so that ignoring the profile would show.
    const plain = await sharp(file, { ignoreIcc: true }).jpeg({ quality: 98 }).toBuffer();
    expect(Math.abs(((await colourAt(plain, 0.9, 0.2))[0] ?? 0) - 202)).toBeGreaterThan(8);
    await expectScene(await rendered(file), 5);
  });

  it('ignores a profile that is none', async () => {
    const file = await jpegWithBrokenProfile(scene());
    expect((await sharp(file).metadata()).icc).toBeDefined();
    await expectScene(await rendered(file), 4);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of EXIF orientation %i stands upright', async (orientation) => {
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
    const file = await sharp(stored).withMetadata({ orientation }).jpeg({ quality: 98 }).toBuffer();
    const { files, width, height } = await renderImage(file, ['rendition', 'thumbnail'], null);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    for (const made of files) {
      await expectScene(made, 6);
      expect((await sharp(made).metadata()).orientation).toBeUndefined();
    }
  });

  it.each([
    ['a JPEG', jpegWithMetadata, PLANTED],
    ['a PNG', pngWithMetadata, PLANTED.slice(0, 3)],
  ] as const)('keeps nothing of %s but its pixels', async (_, plant, planted) => {
    const file = await plant(camera(900, 600));
    expect(toldBy(file)).toEqual(expect.arrayContaining([...planted.slice(0, 1), 'BEHIND-THE-END']));
    const { files } = await renderImage(file, ['rendition', 'thumbnail'], null);
    for (const made of files) {
      expect(toldBy(made)).toEqual([]);
      const { markers, trailing } = jpegSegments(made);
      // Tables, one frame, scans: no APPn, no comment, nothing behind the end.
      expect(markers.filter((marker) => !/^(?:d8|db|c0|c2|c4|dd|da|d9)$/.test(marker))).toEqual([]);
      expect(trailing).toBe(0);
      const { exif, icc, xmp, iptc, comments } = await sharp(made).metadata();
      expect([exif, icc, xmp, iptc, comments]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it('keeps the colour of each pixel, a thumbnail that of four', async () => {
    const { files } = await renderImage(await scene().png().toBuffer(), ['rendition', 'thumbnail'], null);
    const kinds = await Promise.all(files.map((file) => sharp(file).metadata()));
    expect(kinds.map(({ format, chromaSubsampling }) => [format, chromaSubsampling])).toEqual([
      ['jpeg', '4:4:4'],
      ['jpeg', '4:2:0'],
    ]);
  });
});

describe('a retouch', () => {
  it('sees the largest picture, whatever is asked for, and its pixels go into every kind', async () => {
    const sizes: number[][] = [];
    const blackLeft: Retouch = ({ pixels, width, height }) => {
      sizes.push([width, height]);
      const changed = Uint8Array.from(pixels);
      for (let y = 0; y < height; y += 1) changed.fill(0, y * width * 3, (y * width + (width >> 1)) * 3);
      return { pixels: changed, seen: { side: 'left' } };
    };
    const file = await camera(3_000, 2_000).jpeg().toBuffer();
    for (const kinds of [['thumbnail'], ['thumbnail', 'rendition']] as const) {
      const { files, seen } = await renderImage(file, kinds, blackLeft);
      expect(seen).toEqual({ side: 'left' });
      for (const made of files) {
        for (const value of await colourAt(made, 0.2, 0.5)) expect(value).toBeLessThan(4);
        expect((await colourAt(made, 0.8, 0.5))[0]).toBeGreaterThan(170);
      }
    }
    expect(sizes).toEqual([
      [2_048, 1_365],
      [2_048, 1_365],
    ]);
  });
});

const hasPillow = spawnSync('python3', ['-c', 'import PIL']).status === 0;
if (!hasPillow) console.warn('SKIPPED: what Pillow reads of a rendition: python3 has no Pillow.');

describe.skipIf(!hasPillow)('what Pillow reads of a rendition', () => {
  it('is the same picture, and nothing else', async () => {
    const file = await rendered(await jpegWithMetadata(camera(900, 600)));
    const program = `
import io, json, sys
from PIL import Image
image = Image.open(io.BytesIO(sys.stdin.buffer.read()))
image.load()
print(json.dumps({'size': image.size, 'mode': image.mode, 'exif': len(image.getexif()), 'info': sorted(image.info),
  'left': image.getpixel((90, 120)), 'right': image.getpixel((810, 120))}))`;
    const { stdout } = spawnSync('python3', ['-c', program], { input: file });
    const { left, right, ...told } = JSON.parse(String(stdout));
    expect(told).toEqual({ size: [900, 600], mode: 'RGB', exif: 0, info: [] });
    expect(Math.abs(left[0] - 58)).toBeLessThan(6);
    expect(Math.abs(right[0] - 202)).toBeLessThan(6);
  });
});
