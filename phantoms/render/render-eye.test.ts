import { describe, expect, it } from 'vitest';
import { PhantomArgumentError } from '../errors.ts';
import { SIGNS, type Sign } from '../labels.ts';
import { describePatient, type EyePlan } from '../patient/describe-patient.ts';
import { type RgbPicture, renderEye } from './render-eye.ts';

const SIZE = 320;
const HEALTHY = Object.fromEntries(
  ['diabetic-retinopathy', 'glaucoma', 'cataract', 'amd', 'hypertension', 'myopia', 'other'].map((d) => [
    d,
    0,
  ]),
);
const NO_DEFECTS = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };

function healthyPair(index: number) {
  const { left, right, traits } = describePatient({
    seed: 'render',
    index,
    prevalence: HEALTHY,
    defects: NO_DEFECTS,
  });
  if (left === null || right === null) throw new Error('Expected both eyes.');
  return { left, right, traits };
}

function withSign(plan: EyePlan, sign: Sign): EyePlan {
  const signs = { ...plan.truth.signs, [sign]: 3 as const };
  const cup = sign === 'enlarged-cup' ? 0.86 : plan.anatomy.disc.cupToDiscRatio;
  const disc = { ...plan.anatomy.disc, cupToDiscRatio: cup };
  return { truth: { ...plan.truth, signs }, anatomy: { ...plan.anatomy, disc, signs } };
}

/** Mean of each channel in a square round a place given in shares of the picture. */
function meanAround({ data, width }: RgbPicture, place: { x: number; y: number }, half: number): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let y = Math.round(place.y * width) - half; y <= Math.round(place.y * width) + half; y++) {
    for (let x = Math.round(place.x * width) - half; x <= Math.round(place.x * width) + half; x++) {
      for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (data[(y * width + x) * 3 + c] ?? 0);
      count++;
    }
  }
  return sums.map((sum) => sum / count);
}

const green = (picture: RgbPicture) =>
  Array.from({ length: picture.width * picture.height }, (_, i) => picture.data[i * 3 + 1] ?? 0);

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [da, db] = [value - meanA, (b[i] ?? 0) - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  return ab / Math.sqrt(aa * bb);
}

/** Detail finer than about a fiftieth of the picture, inside the middle of the field. */
function fineDetail(picture: RgbPicture, mirrored: boolean): number[] {
  const values = green(picture);
  const { width } = picture;
  const detail: number[] = [];
  for (let y = Math.round(width * 0.2); y < width * 0.8; y++) {
    for (let column = Math.round(width * 0.2); column < width * 0.8; column++) {
      const x = mirrored ? width - 1 - column : column;
      const at = (dx: number, dy: number) => values[(y + dy) * width + x + dx] ?? 0;
      detail.push(at(0, 0) - (at(-6, 0) + at(6, 0) + at(0, -6) + at(0, 6)) / 4);
    }
  }
  return detail;
}

describe('renderEye', () => {
  it('shows the disc brighter and the fovea darker than the retina, where the truth says they are', async () => {
    for (let index = 0; index < 4; index++) {
      const { left, right, traits } = healthyPair(index);
      for (const plan of [left, right]) {
        const picture = await renderEye(plan, traits, SIZE);
        const { disc, fovea } = plan.truth;
        const between = { x: (disc.x + fovea.x) / 2, y: (disc.y + fovea.y) / 2 };
        const brightness = (place: { x: number; y: number }) => meanAround(picture, place, 6)[1] ?? 0;
        expect(brightness(disc)).toBeGreaterThan(brightness(between) * 1.1);
        expect(brightness(fovea)).toBeLessThan(brightness(between) * 0.95);
        const mirroredDisc = { x: 1 - disc.x, y: disc.y };
        expect(brightness(disc)).toBeGreaterThan(brightness(mirroredDisc) * 1.1);
      }
    }
  });

  it('draws a pair alike in colour, but not as mirrored copies', async () => {
    for (let index = 0; index < 3; index++) {
      const { left, right, traits } = healthyPair(index);
      const [l, r] = [await renderEye(left, traits, SIZE), await renderEye(right, traits, SIZE)];
      const [colourLeft, colourRight] = [l, r].map((eye) => meanAround(eye, { x: 0.5, y: 0.5 }, 90));
      colourLeft?.forEach((level, channel) => {
        expect(Math.abs(level - (colourRight?.[channel] ?? 0))).toBeLessThan(32);
      });
      expect(correlation(fineDetail(l, false), fineDetail(r, true))).toBeLessThan(0.5);
    }
  });

  it.each(SIGNS)('changes the same eye visibly when it has %s', async (sign) => {
    const { right, traits } = healthyPair(2);
    const plain = (await renderEye(right, traits, SIZE)).data;
    const ill = (await renderEye(withSign(right, sign), traits, SIZE)).data;
    const changed = plain.filter((level, i) => Math.abs(level - (ill[i] ?? 0)) > 8).length;
    expect(changed / plain.length).toBeGreaterThan(0.0004);
  });

  it('darkens by blood, lightens by lipid', async () => {
    const { left, traits } = healthyPair(1);
    const plain = green(await renderEye(left, traits, SIZE));
    const difference = async (sign: Sign) => {
      const ill = green(await renderEye(withSign(left, sign), traits, SIZE));
      return ill.reduce((sum, level, i) => sum + level - (plain[i] ?? 0), 0);
    };
    expect(await difference('haemorrhages')).toBeLessThan(0);
    expect(await difference('microaneurysms')).toBeLessThan(0);
    expect(await difference('hard-exudates')).toBeGreaterThan(0);
    expect(await difference('drusen')).toBeGreaterThan(0);
    expect(await difference('enlarged-cup')).toBeGreaterThan(0);
  });

  it('draws the defect that the truth names', async () => {
    const { right, traits } = healthyPair(0);
    const spoil = (quality: EyePlan['truth']['quality']) =>
      renderEye({ ...right, truth: { ...right.truth, quality } }, traits, SIZE);
    const level = (picture: RgbPicture) => meanAround(picture, { x: 0.5, y: 0.5 }, 60)[1] ?? 0;
    const detail = (picture: RgbPicture) =>
      fineDetail(picture, false).reduce((sum, value) => sum + Math.abs(value), 0);
    const good = await spoil('gradable');
    expect(level(await spoil('too-dark'))).toBeLessThan(level(good) * 0.3);
    expect(level(await spoil('too-bright'))).toBeGreaterThan(level(good) * 1.4);
    expect(detail(await spoil('out-of-focus'))).toBeLessThan(detail(good) * 0.7);
  });

  it('surrounds the field with black', async () => {
    const { left, traits } = healthyPair(3);
    const picture = await renderEye(left, traits, SIZE);
    for (const place of [
      { x: 0.03, y: 0.03 },
      { x: 0.97, y: 0.97 },
    ]) {
      for (const level of meanAround(picture, place, 5)) expect(level).toBeLessThan(10);
    }
  });

  it('refuses a size that no picture can have', async () => {
    const { left, traits } = healthyPair(0);
    await expect(renderEye(left, traits, 10)).rejects.toThrow(PhantomArgumentError);
  });
});
