import { beforeAll, describe, expect, it } from 'vitest';
import { FRAMES, type Frame } from '../decoding/testing/frames.ts';
import { generatePatient } from '../phantoms/index.ts';
import { prepareImage } from './prepare-image.ts';

const SIDE = 224;
let eyes: { readonly left: Uint8Array; readonly right: Uint8Array };
beforeAll(async () => {
  const { left, right } = await generatePatient({ seed: 'frames', index: 3, size: 420 });
  if (left === null || right === null) throw new Error('Expected both eyes.');
  eyes = { left: left.jpeg, right: right.jpeg };
});

async function prepared(file: Uint8Array) {
  const { pixels, quality } = await prepareImage(file, SIDE, 'field-bicubic-v1');
  if (pixels === null) throw new Error('Expected pixels.');
  return { pixels, quality };
}

/** Mean difference of levels, over the rows that neither picture has cut away. */
function difference(a: Uint8Array, b: Uint8Array, from = 0, to = SIDE): number {
  let sum = 0;
  for (let at = from * SIDE * 3; at < to * SIDE * 3; at += 1) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / ((to - from) * SIDE * 3);
}

describe('a field cut out of its photograph', () => {
  const whole: Frame[] = [
    'black borders',
    'a frame of 16:9',
    'a small field',
    'transparent corners, white beneath',
  ];

  it.each(whole)('is the same to two levels, and gradable, whatever surrounds it: %s', async (frame) => {
    const plain = await prepared(eyes.left);
    const framed = await prepared(await FRAMES[frame](eyes.left));
    expect(difference(plain.pixels, framed.pixels)).toBeLessThan(2);
    expect([plain.quality.reason, framed.quality.reason]).toEqual([null, null]);
  });

  it('is round again where the photograph was squashed', async () => {
    const [plain, squashed] = [await prepared(eyes.right), await prepared(await FRAMES.squashed(eyes.right))];
    expect(difference(plain.pixels, squashed.pixels)).toBeLessThan(2.5);
  });

  it.each(['cut flat', 'cut flat, on a larger frame'] as const)(
    'keeps its shape, black beyond the cut: %s',
    async (frame) => {
      const plain = await prepared(eyes.right);
      const cut = await prepared(await FRAMES[frame](eyes.right));
      expect(cut.quality.reason).toBeNull();
      // 9 % of 420 rows are gone at each side; the field has nearly all of the height.
      expect(difference(plain.pixels, cut.pixels, 30, SIDE - 30)).toBeLessThan(2.5);
      expect(Math.max(...cut.pixels.subarray(0, 8 * SIDE * 3))).toBe(0);
      expect(Math.max(...plain.pixels.subarray(0, 8 * SIDE * 3))).toBeGreaterThan(60);
    },
  );

  it('is that of its own eye', async () => {
    const [left, right] = [await prepared(eyes.left), await prepared(eyes.right)];
    expect(difference(left.pixels, right.pixels)).toBeGreaterThan(4);
  });
});
