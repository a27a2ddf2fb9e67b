import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { Decoders } from '../../decoding/index.ts';
import { generateForeignImage, generatePatient } from '../../phantoms/index.ts';
import type { BurntIn } from './burnt-in.ts';
import hideBurntInText from './hide-burnt-in-text.ts';
import { BURNT_IN_TEXT, renderPhotograph } from './render-photograph.ts';
import { type Drawn, withCaptions } from './testing/captions.ts';

const NO_DEFECTS = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };
const SIZE = 600;
/** Of the frame around the photograph, left and right. */
const SIDE = 120;
const WIDE = SIZE + 2 * SIDE;
let eyes: { readonly left: Buffer; readonly right: Buffer };

beforeAll(async () => {
  const { left, right } = await generatePatient({
    ...{ seed: 'burnt-in', index: 2, size: SIZE, defects: NO_DEFECTS },
  });
  if (left === null || right === null) throw new Error('Expected both eyes.');
  eyes = { left: left.jpeg, right: right.jpeg };
});

const framed = (eye: Buffer, background = '#000') =>
  sharp(eye).extend({ left: SIDE, right: SIDE, top: 0, bottom: 0, background }).png().toBuffer();

async function hidden(file: Uint8Array) {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const before = Uint8Array.from(data);
  const { pixels, seen } = await hideBurntInText({ pixels: before, width, height });
  return { before, pixels, width, height, seen: seen as BurntIn };
}

/** The brightest value of any channel in a part of a picture. */
function brightest(pixels: Uint8Array, width: number, part: Drawn): number {
  let most = 0;
  for (let y = part.top; y < part.top + part.height; y += 1) {
    const row = pixels.subarray((y * width + part.left) * 3, (y * width + part.left + part.width) * 3);
    most = Math.max(most, ...row);
  }
  return most;
}

/** Pixels in a round part, one side of the picture or both, that were altered. */
function altered({ before, pixels, width }: Awaited<ReturnType<typeof hidden>>, radius: number): number {
  let count = 0;
  for (let index = 0; index < before.length; index += 3) {
    const [x, y] = [((index / 3) % width) + 0.5, Math.floor(index / 3 / width) + 0.5];
    if (Math.hypot(x - width / 2, y - SIZE / 2) > radius) continue;
    if (before[index] !== pixels[index] || before[index + 1] !== pixels[index + 1]) count += 1;
  }
  return count;
}

const OUTSIDE = [
  { text: 'MILLER ANNA', scale: 2, colour: '#ffffff', x: 0.01, y: 0.02 },
  { text: '2026-11-20 ID 4711', scale: 1, colour: '#00ff00', x: 0.8, y: 0.95 },
  { text: '王 右眼', scale: 2, colour: '#ffff00', x: 0.01, y: 0.9 },
  // Hardly brighter than the surround: readable once the light is turned up.
  { text: 'DISEASE 8', scale: 3, colour: '#161616', x: 0.85, y: 0.05 },
];

describe('text outside of the field of view', () => {
  it.each(['left', 'right'] as const)('is blackened, and the %s eye is as it was', async (side) => {
    const { file, drawn } = await withCaptions(await framed(eyes[side]), OUTSIDE);
    const picture = await hidden(file);
    for (const part of drawn) {
      expect(brightest(picture.before, WIDE, part)).toBeGreaterThan(20);
      expect(brightest(picture.pixels, WIDE, part)).toBe(0);
    }
    expect(picture.seen.outside).toBe('blackened');
    // A phantom's field reaches to 0.48 of its side.
    expect(altered(picture, 0.48 * SIZE)).toBe(0);
  });

  it('is blackened on one side alone where the other has none', async () => {
    const [caption] = OUTSIDE;
    if (caption === undefined) throw new Error('Expected a caption.');
    for (const [x, other] of [
      [0.01, 0.85],
      [0.85, 0.01],
    ] as const) {
      const { file, drawn } = await withCaptions(await framed(eyes.left), [{ ...caption, x }]);
      const picture = await hidden(file);
      expect(brightest(picture.pixels, WIDE, drawn[0] as Drawn)).toBe(0);
      const mirrored = { ...(drawn[0] as Drawn), left: Math.round(other * WIDE) };
      expect(brightest(picture.before, WIDE, mirrored)).toBeLessThan(16);
    }
  });

  it('is blackened on a white page, and the page with it', async () => {
    const page = await framed(eyes.right, '#ffffff');
    const { file, drawn } = await withCaptions(page, [
      { text: 'ANNA', scale: 2, colour: '#000000', x: 0.01, y: 0.4 },
    ]);
    const picture = await hidden(file);
    for (const part of drawn) expect(brightest(picture.pixels, WIDE, part)).toBe(0);
    expect(altered(picture, 0.48 * SIZE)).toBe(0);
  });

  it('is blackened up to the rim that it touches', async () => {
    const caption = { text: 'ANNA 2026-11-20', scale: 3, colour: '#ffffff', x: 0.02, y: 0.06 };
    const { file, drawn } = await withCaptions(await framed(eyes.left), [caption]);
    const picture = await hidden(file);
    const { left, top, height } = drawn[0] as Drawn;
    // The line reaches the rim some 250 pixels from the left.
    expect(brightest(picture.pixels, WIDE, { left, top, height, width: 200 })).toBe(0);
    expect(altered(picture, 0.48 * SIZE)).toBe(0);
  });

  it('is blackened below a field that is cut flat', async () => {
    const cut = await sharp(eyes.left).extract({ left: 0, top: 90, width: SIZE, height: 420 }).toBuffer();
    const banded = await sharp(cut)
      .extend({ top: 90, bottom: 90, left: SIDE, right: SIDE, background: '#000' })
      .png()
      .toBuffer();
    const { file, drawn } = await withCaptions(banded, [
      { text: 'ANNA 4711', scale: 3, colour: '#ffffff', x: 0.4, y: 0.9 },
    ]);
    const picture = await hidden(file);
    expect(brightest(picture.pixels, WIDE, drawn[0] as Drawn)).toBe(0);
    // Of the round part, what was cut away was black before.
    expect(altered(picture, 200)).toBe(0);
    expect(picture.seen.outside).toBe('blackened');
  });

  it('is blackened in the rendition and the thumbnail that a child makes', async () => {
    await using decoders = new Decoders({ processes: 1, retouch: BURNT_IN_TEXT });
    const { file, drawn } = await withCaptions(await framed(eyes.right), OUTSIDE);
    const { rendition, thumbnail, burntIn } = await renderPhotograph(decoders, file, [
      { kind: 'rendition' },
      { kind: 'thumbnail' },
    ]);
    expect(burntIn).toEqual({ outside: 'blackened', flags: [] });
    for (const made of [rendition, thumbnail]) {
      const { data, info } = await sharp(made).raw().toBuffer({ resolveWithObject: true });
      const share = info.width / WIDE;
      for (const part of drawn) {
        const [left, top] = [Math.floor(part.left * share), Math.floor(part.top * share)];
        const [width, height] = [Math.floor(part.width * share), Math.floor(part.height * share)];
        expect(brightest(data, info.width, { left, top, width, height })).toBeLessThan(4);
      }
    }
  });
});

describe('a picture without text', () => {
  it('keeps its field, whichever eye it is', async () => {
    for (const eye of [eyes.left, eyes.right]) {
      const picture = await hidden(await framed(eye));
      expect(picture.seen).toEqual({ outside: 'plain', flags: [] });
      expect(altered(picture, 0.48 * SIZE)).toBe(0);
    }
  });

  it.each(['left', 'right'] as const)(
    'keeps the part of its field that is hardly lit: %s eye',
    async (side) => {
      const shadow = (from: string, to: string) =>
        Buffer.from(
          `<svg width="${WIDE}" height="${SIZE}"><linearGradient id="g" ${from} ${to}><stop offset="0.3" stop-opacity="0.97"/><stop offset="0.45" stop-opacity="0"/></linearGradient><rect width="100%" height="100%" fill="url(#g)"/></svg>`,
        );
      for (const input of [
        shadow('x1="0" y1="0"', 'x2="0" y2="1"'),
        shadow('x1="0.2" y1="0"', 'x2="0.8" y2="1"'),
        shadow('x1="1" y1="0"', 'x2="0" y2="0"'),
      ]) {
        const dim = await sharp(await framed(eyes[side]))
          .composite([{ input }])
          .png()
          .toBuffer();
        expect(altered(await hidden(dim), 0.48 * SIZE)).toBe(0);
      }
    },
  );

  it('is not altered where it has no round field', async () => {
    const pictures = [
      await generateForeignImage('document', { seed: 1, size: 512 }),
      await sharp(eyes.left).extract({ left: 150, top: 150, width: 300, height: 300 }).png().toBuffer(),
      await sharp({ create: { width: 400, height: 300, channels: 3, background: '#000' } })
        .png()
        .toBuffer(),
    ];
    for (const file of pictures) {
      const picture = await hidden(file);
      expect(Buffer.from(picture.pixels).equals(Buffer.from(picture.before))).toBe(true);
      expect(picture.seen.outside).toBe('unknown');
    }
  });

  it('is not rendered by decoders that would hide nothing', async () => {
    await using decoders = new Decoders({ processes: 1 });
    await expect(renderPhotograph(decoders, eyes.left, [{ kind: 'rendition' }])).rejects.toThrow(
      /BURNT_IN_TEXT/,
    );
  });
});
