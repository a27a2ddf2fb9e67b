import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyPng, jpegBomb, tiffBomb, webpBomb } from '../../phantoms/hostile/index.ts';
import { Decoders, type DecodersOptions } from '../decoders.ts';
import { DecodingError, ImageError } from '../errors.ts';
import { renderImage } from './render.ts';
import { MISHAPS } from './testing/half-black.ts';

const HALF_BLACK = new URL('./testing/half-black.ts', import.meta.url);
const BOTH = [{ kind: 'thumbnail' }, { kind: 'rendition' }] as const;
const open: Decoders[] = [];

function decodersOf(options: Partial<DecodersOptions> = {}): Decoders {
  const decoders = new Decoders({ processes: 1, ...options });
  open.push(decoders);
  return decoders;
}

/** Red on the left, blue on the right. */
async function photograph(width: number, height: number): Promise<Buffer> {
  const half = { width: width >> 1, height, channels: 3, background: '#c00000' } as const;
  return sharp({ create: { width, height, channels: 3, background: '#0000c0' } })
    .composite([{ input: { create: half }, left: 0, top: 0 }])
    .jpeg({ quality: 95 })
    .toBuffer();
}

async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    () => new Error('Expected a refusal.'),
    (reason: unknown) => reason,
  );
  return error instanceof ImageError ? error.reason : error;
}

/** A colour of each half, in tens. */
async function coloursOf(file: Uint8Array) {
  const small = await sharp(file).resize(2, 1, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
  const tens = [...small].map((value) => Math.round(value / 10));
  return { left: tens.slice(0, 3), right: tens.slice(3) };
}

afterEach(async () => {
  for (const decoders of open.splice(0)) await decoders.close();
});

describe('what decoders render', () => {
  it('is what this process would, under the name of each kind', async () => {
    const file = await photograph(700, 500);
    const made = await decodersOf().render(file, BOTH);
    const here = await renderImage(file, ['rendition', 'thumbnail'], null);
    expect(Buffer.from(made.rendition)).toEqual(Buffer.from(here.files[0] ?? []));
    expect(Buffer.from(made.thumbnail)).toEqual(Buffer.from(here.files[1] ?? []));
    expect([made.width, made.height, made.seen]).toEqual([700, 500, null]);
    expect(made.processorMilliseconds).toBeGreaterThan(0);
  });

  it('is retouched in the child, every kind, and squares are not', async () => {
    const decoders = decodersOf({ retouch: HALF_BLACK });
    const file = await photograph(3_000, 1_500);
    const { rendition, thumbnail, seen } = await decoders.render(file, BOTH);
    expect(seen).toEqual({ width: 2_048, height: 1_024, side: 'left' });
    for (const made of [rendition, thumbnail]) {
      expect(await coloursOf(made)).toEqual({ left: [0, 0, 0], right: [0, 0, 19] });
    }
    const { squares } = await decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [8] });
    expect(squares[0]?.[0]).toBeGreaterThan(180);
  });

  it('is each file’s own, among squares of others', async () => {
    const decoders = decodersOf({ processes: 2 });
    const files = await Promise.all([300, 320, 340, 360].map((width) => photograph(width, 200)));
    const made = await Promise.all(
      files.flatMap((file) => [
        decoders.render(file, [{ kind: 'rendition' }]).then(({ width }) => width),
        decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [16] }).then(({ width }) => width),
      ]),
    );
    expect(made).toEqual([300, 300, 320, 320, 340, 340, 360, 360]);
  });
});

describe('a file that gives no squares', () => {
  it.each<[string, () => Promise<Buffer> | Buffer, Partial<DecodersOptions>]>([
    [
      'too-many-scans',
      () => jpegBomb({ width: 2_048, height: 2_048, components: 1, emptyScans: 20_000 }),
      {},
    ],
    ['image-too-large', () => emptyPng(15_000, 10_001), {}],
    ['too-many-frames', () => tiffBomb({ width: 9, height: 9, pages: 65 }), {}],
    ['too-much-memory', () => webpBomb(8_000, 6_000), { memoryBytes: 100 * 2 ** 20 }],
    ['unreadable-file', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), {}],
    ['truncated-file', async () => (await photograph(600, 400)).subarray(0, 1_500), {}],
  ])('gives no rendition either, for the same reason: %s', async (reason, make, options) => {
    const file = await make();
    const decoders = decodersOf(options);
    expect(await refusal(decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [32] }))).toBe(reason);
    expect(await refusal(decoders.render(file, BOTH))).toBe(reason);
    expect((await decoders.render(await photograph(90, 60), BOTH)).width).toBe(90);
  });
});

describe('a retouch', () => {
  it('that ends its child is that file’s refusal and no other’s', async () => {
    const decoders = decodersOf({ retouch: HALF_BLACK });
    expect(await refusal(decoders.render(await photograph(MISHAPS.dies, 200), BOTH))).toBe('decoder-crashed');
    expect((await decoders.render(await photograph(400, 200), BOTH)).seen).toMatchObject({ side: 'left' });
  });

  it('that fails is a fault of the program, with its message', async () => {
    const decoders = decodersOf({ retouch: HALF_BLACK });
    const error = await refusal(decoders.render(await photograph(MISHAPS.fails, 200), BOTH));
    expect(error).toBeInstanceOf(DecodingError);
    expect(String(error)).toContain('The retouch failed.');
  });
});
