import { describe, expect, it } from 'vitest';
import { combined, smoothed } from '../combine.ts';
import { resized, tiled } from '../grid.ts';
import { occlusionGrids } from '../occlusion.ts';
import { covered, type ScorePictures } from '../pictures.ts';
import { centreOrder, insertionLessDeletion, orderOf } from './deletion.ts';
import { chanceOf, hits, insideToOutside } from './pointing.ts';
import { meanFigure, shareFigure, verdictOf } from './verdict.ts';

const grid = (side: number, ...values: number[]) => ({ side, values: Float32Array.from(values) });

/** A mask of which one square of 8 pixels is ill: its upper left corner at these pixels, of 64. */
function places(left: number, top: number) {
  const mask = new Uint8Array(64 * 64);
  for (let y = top; y < top + 8; y += 1) mask.fill(1, y * 64 + left, y * 64 + left + 8);
  return { size: 64, mask };
}

describe('a grid', () => {
  it('is linear between the middles of its places, and level beyond them', () => {
    expect([...resized(grid(2, 0, 1, 0, 1), 4).values.slice(0, 4)]).toEqual([0, 0.25, 0.75, 1]);
    expect([...resized(grid(2, 0, 0, 1, 1), 4).values.filter((_, at) => at % 4 === 0)]).toEqual([
      0, 0.25, 0.75, 1,
    ]);
  });

  it("of a strided convolution begins at the picture's first pixel, half a place before the tiles do", () => {
    // Places at pixels 0 and 4 of 8; tiles have their middles at 1.5 and 5.5, beyond the last place it is level.
    const { values } = tiled(grid(2, 0, 1, 10, 11), { stride: 4, size: 8, side: 2 });
    expect([...values].map((value) => Number(value.toFixed(3)))).toEqual([4.125, 4.75, 10.375, 11]);
  });

  it('is smoothed by the places around, fewer at its edge', () => {
    const { values } = smoothed(grid(3, 9, 0, 0, 0, 0, 0, 0, 0, 0));
    expect([values[0], values[4], values[8]]).toEqual([9 / 4, 1, 0]);
  });

  it('is combined with a finer one, each by its own highest place and without what speaks against', () => {
    const fine = grid(2, 4, 4, 4, 4);
    expect([...combined(grid(1, -3), fine).values]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect([...combined(grid(1, 7), fine).values]).toEqual([1, 1, 1, 1]);
  });
});

describe('the pointing game', () => {
  it('is won where the map is highest within the tolerance of the drawn place, and lost on the mirrored one', () => {
    const upperLeft = grid(4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    // The place's middle is pixel 24; the tolerance is 4.3 pixels.
    expect(hits(upperLeft, places(20, 20))).toBe(true);
    expect(hits(upperLeft, places(27, 20))).toBe(true);
    expect(hits(upperLeft, places(30, 20))).toBe(false);
    expect(hits(upperLeft, places(36, 20))).toBe(false);
    expect(hits(upperLeft, places(20, 36))).toBe(false);
  });

  it('would be won by lot as often as the place and its surroundings cover the picture', () => {
    // A square of 8 with a margin of 4.29: 8² + 4 · 8 · 4.29 + π · 4.29² of 64².
    expect(chanceOf(places(28, 28))).toBeCloseTo((64 + 137 + 58) / 4096, 1);
    expect(chanceOf({ size: 64, mask: new Uint8Array(64 * 64).fill(1) })).toBe(1);
  });

  it('knows how much more a map says inside than outside', () => {
    const left = { size: 2, mask: Uint8Array.of(1, 0, 1, 0) };
    expect(insideToOutside(grid(2, 6, 2, 6, 2), left)).toBe(3);
    expect(insideToOutside(grid(2, 6, -2, 6, -2), left)).toBeNull();
  });
});

/** Scores a picture by the red of its upper left quarter. */
const redCorner: ScorePictures = async (pictures, weights) => {
  const bytes = 28 * 28 * 3;
  return Array.from({ length: pictures.length / bytes }, (_, picture) => {
    let sum = 0;
    for (let y = 0; y < 14; y += 1)
      for (let x = 0; x < 14; x += 1) sum += pictures[picture * bytes + (y * 28 + x) * 3] ?? 0;
    return weights.map(([weight = 0]) => weight * sum);
  });
};

/** Black but for a red spot in the upper left quarter. */
function spotted(): Uint8Array {
  const pixels = new Uint8Array(28 * 28 * 3);
  for (let y = 4; y < 8; y += 1) for (let x = 4; x < 8; x += 1) pixels[(y * 28 + x) * 3] = 240;
  return pixels;
}

describe('covering a picture', () => {
  it('puts the cover over the places that are named, rows from the top', () => {
    const made = covered(
      new Uint8Array(12).fill(9),
      new Uint8Array(12),
      { size: 2, side: 2 },
      (place) => place === 1,
    );
    expect([...made]).toEqual([9, 9, 9, 0, 0, 0, 9, 9, 9, 9, 9, 9]);
  });

  it('place by place tells which one the score rests on, and for a sum with the other sign the reverse', async () => {
    const [plus, minus] = await occlusionGrids(
      redCorner,
      spotted(),
      [Float32Array.of(1), Float32Array.of(-1)],
      { size: 28, side: 7 },
    );
    const values = [...(plus?.values ?? [])];
    expect(values.indexOf(Math.max(...values))).toBe(8);
    // The spot is places 1 and 2 of rows 1 and 2; nothing right of the middle counts.
    expect(values[8]).toBeGreaterThan(500);
    expect(values[12]).toBe(0);
    expect(minus?.values[8]).toBe(-(plus?.values[8] ?? 0));
  });

  it('first what counts holds more of the score than the middle first, and that more than the reverse', async () => {
    const right = Float32Array.from({ length: 196 }, (_, place) =>
      Math.floor(place / 14) < 5 && place % 14 < 5 ? 1 : 0,
    );
    const good = orderOf({ side: 14, values: right });
    const bad = orderOf({ side: 14, values: right.map((value) => -value) });
    const [best = 0, middle = 0, worst = 0] = await insertionLessDeletion(
      redCorner,
      spotted(),
      28,
      Float32Array.of(1),
      [good, centreOrder(), bad],
    );
    expect(best).toBeGreaterThan(middle);
    expect(middle).toBeGreaterThan(worst);
  });
});

const method = (name: 'combined' | 'occlusion' | 'activation', hit: number, over = 0.2) => ({
  method: name,
  pointing: shareFigure(hit, 40),
  insideToOutside: 2,
  overRandom: { value: over, low: over - 0.1, high: over + 0.1 },
  overCentre: { value: over, low: over - 0.1, high: over + 0.1 },
  coreMilliseconds: 20,
});
const CHECKED = { drawn: 40, chance: 0.2, centre: 0.3, photographs: 30 };

describe('the verdict on a label', () => {
  it('shows the method that points best of those that pass', () => {
    const methods = [method('activation', 20), method('combined', 30)];
    expect(verdictOf({ ...CHECKED, methods })).toEqual({ shown: 'combined', why: null });
  });

  it('takes occlusion only where no other passes, since it costs many times as much', () => {
    const better = [method('combined', 20), method('occlusion', 39)];
    expect(verdictOf({ ...CHECKED, methods: better }).shown).toBe('combined');
    const alone = [method('combined', 9), method('occlusion', 20)];
    expect(verdictOf({ ...CHECKED, methods: alone }).shown).toBe('occlusion');
  });

  it.each([
    ['points no better than a lot', { methods: [method('combined', 12)] }, /more often than chance/],
    ['holds no more than the middle', { methods: [method('combined', 30, 0.05)] }, /map from the middle/],
    ['was drawn too rarely', { drawn: 19, methods: [method('combined', 30)] }, /19 eyes, fewer than 20/],
    ['was found too rarely', { photographs: 7, methods: [method('combined', 30)] }, /7 photographs/],
    ['lies all over the picture', { chance: 0.9, methods: [method('combined', 40)] }, /90 % of it counts/],
  ])('shows none of a label whose map %s, and says so', (_, change, why) => {
    const verdict = verdictOf({ ...CHECKED, ...change });
    expect(verdict.shown).toBeNull();
    expect(verdict.why).toMatch(why);
  });

  it('stands on intervals of 95 %', () => {
    // Mean 2, deviation 1 of 3: half of the interval is 1.96 / √3.
    expect(meanFigure([1, 2, 3])).toEqual({
      value: 2,
      low: expect.closeTo(0.8684, 4),
      high: expect.closeTo(3.1316, 4),
    });
    expect(meanFigure([1])).toBeNull();
    expect(shareFigure(0, 0)).toBeNull();
  });
});
