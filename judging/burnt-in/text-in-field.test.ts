import { globSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateForeignImage, generatePatient } from '../../phantoms/index.ts';
import { sharedData } from '../../test/shared-data.ts';
import type { BurntIn } from './burnt-in.ts';
import hideBurntInText from './hide-burnt-in-text.ts';
import { withCaptions } from './testing/captions.ts';

const NO_DEFECTS = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };
const SIZE = 800;
let eyes: { readonly left: Buffer; readonly right: Buffer };

beforeAll(async () => {
  const { left, right } = await generatePatient({
    seed: 'captions',
    index: 1,
    size: SIZE,
    defects: NO_DEFECTS,
  });
  if (left === null || right === null) throw new Error('Expected both eyes.');
  eyes = { left: left.jpeg, right: right.jpeg };
});

async function seenIn(file: Uint8Array) {
  const { data, info } = await sharp(file)
    .resize(2_048, 2_048, { fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const picture = { pixels: data, width: info.width, height: info.height };
  const { pixels, seen } = await hideBurntInText(picture);
  return { ...(seen as BurntIn), isAltered: Buffer.compare(pixels, data) !== 0 };
}

const jpegOf = (file: Uint8Array) => sharp(file).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();

describe('a caption inside of the field', () => {
  it.each([
    ['a date in white', '2026-11-20', '#ffffff', 3],
    ['a small date in white', '2026-11-20', '#ffffff', 2],
    ['a name in green', 'ANNA MILLER', '#00ff00', 3],
    ['a name in cyan', 'ANNA MILLER', '#00ffff', 3],
    ['a number in black', '4711-0815', '#000000', 3],
    ['a number in grey', '4711-0815', '#c0c0c0', 3],
    ['a Chinese name in white', '王月 右眼 日', '#ffffff', 3],
  ])('is flagged and stays: %s', async (_, text, colour, scale) => {
    for (const eye of [eyes.left, eyes.right]) {
      const clean = await seenIn(eye);
      expect(clean.flags).toEqual([]);
      const { file } = await withCaptions(eye, [{ text, scale, colour, x: 0.35, y: 0.68 }]);
      const seen = await seenIn(await jpegOf(file));
      expect(seen.flags).toEqual(['text-in-field']);
    }
  });

  it('is flagged where it runs down', async () => {
    const { file } = await withCaptions(await sharp(eyes.left).rotate(90).png().toBuffer(), [
      { text: '2026-11-20', scale: 3, colour: '#ffffff', x: 0.35, y: 0.68 },
    ]);
    const turned = await sharp(file).rotate(270).png().toBuffer();
    expect((await seenIn(turned)).flags).toEqual(['text-in-field']);
  });

  it('is not flagged where it lies outside, since it is gone', async () => {
    const framed = await sharp(eyes.right)
      .extend({ left: 200, right: 200, background: '#000' })
      .png()
      .toBuffer();
    const { file } = await withCaptions(framed, [
      { text: '2026-11-20', scale: 3, colour: '#ffffff', x: 0.01, y: 0.02 },
    ]);
    expect(await seenIn(file)).toEqual({ outside: 'blackened', flags: [], isAltered: true });
  });
});

describe('a caption in a picture without a round field', () => {
  it('is possible text, and the picture is not altered', async () => {
    const near = await sharp(eyes.left)
      .extract({ left: 200, top: 200, width: 400, height: 400 })
      .png()
      .toBuffer();
    expect(await seenIn(near)).toEqual({ outside: 'unknown', flags: [], isAltered: false });
    const { file } = await withCaptions(near, [
      { text: 'ANNA 2026-11-20', scale: 2, colour: '#ffffff', x: 0.1, y: 0.9 },
    ]);
    expect(await seenIn(file)).toEqual({
      ...{ outside: 'unknown', isAltered: false },
      flags: ['burnt-in-text-possible'],
    });
  });

  it('is found in a document', async () => {
    const document = await generateForeignImage('document', { seed: 3, size: 512 });
    const { file } = await withCaptions(document, [
      { text: 'ANNA MILLER', scale: 2, colour: '#000000', x: 0.3, y: 0.5 },
    ]);
    expect((await seenIn(file)).flags).toEqual(['burnt-in-text-possible']);
  });
});

const SHARED = sharedData('data/fundus', 'burnt-in text on real photographs');
const PHOTOGRAPHS =
  SHARED === undefined
    ? []
    : globSync('{odir5k_256,eyepacs_400,aptos_dr234_256,chase_db1_512}/images/*', { cwd: SHARED })
        .sort()
        .map((name) => join(SHARED, name));

describe.skipIf(PHOTOGRAPHS.length === 0)('burnt-in text on real photographs', () => {
  it('is flagged inside of the field in at most 2 % of those without any', { timeout: 300_000 }, async () => {
    const sample = PHOTOGRAPHS.filter((_, index) => index % 29 === 0);
    let flagged = 0;
    for (const file of sample) {
      const { flags } = await seenIn(await sharp(file).toBuffer());
      if (flags.length > 0) flagged += 1;
    }
    expect(sample.length).toBeGreaterThanOrEqual(200);
    expect(flagged / sample.length).toBeLessThanOrEqual(0.02);
  });
});
