import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type DefectRates, FOREIGN_KINDS, generateForeignImage, generatePatient } from '../phantoms/index.ts';
import { sharedData } from '../test/shared-data.ts';
import { prepareImage } from './index.ts';

const NO_DEFECTS: DefectRates = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };

async function phantomEye(index: number, defects: Partial<DefectRates> = {}, size = 512): Promise<Buffer> {
  const { left } = await generatePatient({
    seed: 'gate',
    index,
    size,
    defects: { ...NO_DEFECTS, ...defects },
  });
  if (left === null) throw new Error('Expected a left eye.');
  return left.jpeg;
}

const reasonOf = async (bytes: Uint8Array) => (await prepareImage(bytes, 224)).quality.reason;

describe('the quality gate', () => {
  it('lets whole, well exposed photographs pass', async () => {
    for (let index = 0; index < 12; index += 1) expect(await reasonOf(await phantomEye(index))).toBeNull();
  });

  it.each(FOREIGN_KINDS)('says of %s that it is not a fundus photograph', async (kind) => {
    for (let seed = 0; seed < 4; seed += 1) {
      const image = await generateForeignImage(kind, { seed, size: 512 });
      expect(await reasonOf(image)).toBe('not-a-fundus-photograph');
    }
  });

  it.each([
    ['too-dark', { tooDark: 1 }],
    ['too-bright', { tooBright: 1 }],
    ['out-of-focus', { outOfFocus: 1 }],
  ] as const)('refuses most photographs that are made %s, and says so', async (reason, defects) => {
    const reasons: (string | null)[] = [];
    for (let index = 0; index < 8; index += 1) reasons.push(await reasonOf(await phantomEye(index, defects)));
    const rightly = reasons.filter((given) => given === reason).length;
    expect(rightly, reasons.join(', ')).toBeGreaterThanOrEqual(5);
  });

  it('asks for a larger picture where less than 200 pixels of retina are left', async () => {
    const eye = await phantomEye(1);
    const small = await sharp(eye).resize(190, 190).jpeg({ quality: 95 }).toBuffer();
    const enough = await sharp(eye).resize(230, 230).jpeg({ quality: 95 }).toBuffer();
    expect(await reasonOf(small)).toBe('retina-too-small');
    expect(await reasonOf(enough)).toBeNull();
  });

  it('measures the retina, not the picture around it', async () => {
    const eye = await sharp(await phantomEye(1))
      .resize(150, 150)
      .toBuffer();
    const padded = await sharp(eye)
      .extend({ top: 225, bottom: 225, left: 225, right: 225 })
      .jpeg()
      .toBuffer();
    const { quality } = await prepareImage(padded, 224);
    expect(quality.reason).toBe('retina-too-small');
    expect(quality.measurements.diameter).toBeGreaterThan(130);
    expect(quality.measurements.diameter).toBeLessThan(160);
  });

  it('finds the field where the frame cuts it above and below, squashed or on a white page', async () => {
    const eye = await phantomEye(2);
    const cut = await sharp(eye).extract({ left: 0, top: 60, width: 512, height: 392 }).toBuffer();
    const squashed = await sharp(eye).resize(512, 380, { fit: 'fill' }).toBuffer();
    const page = await sharp(eye)
      .extend({ top: 0, bottom: 0, left: 60, right: 60, background: '#fff' })
      .toBuffer();
    for (const image of [cut, squashed, page]) expect(await reasonOf(image)).toBeNull();
  });

  it('says that the field is missing where only retina is to be seen', async () => {
    const inside = await sharp(await phantomEye(3))
      .extract({ left: 130, top: 130, width: 250, height: 250 })
      .toBuffer();
    expect(await reasonOf(inside)).toBe('field-not-found');
  });

  it.each([64, 224, 336])('judges alike for a model of %i pixels', async (size) => {
    const eye = await phantomEye(4);
    const { pixels, quality } = await prepareImage(eye, size);
    expect(pixels?.length).toBe(size * size * 3);
    const reference = await prepareImage(eye, 224);
    expect(quality.gradable).toBe(true);
    expect(quality.measurements.diameter).toBeCloseTo(reference.quality.measurements.diameter ?? 0, -1);
    expect(quality.measurements.sharpness).toBeCloseTo(reference.quality.measurements.sharpness ?? 0, -1);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'unreadable-file'],
    ['a text', Buffer.from('left eye'), 'unreadable-file'],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'), 'unreadable-file'],
  ])('answers %s with a reason', async (_, bytes, reason) => {
    expect(await prepareImage(bytes, 224)).toMatchObject({
      pixels: null,
      quality: { gradable: false, reason },
    });
  });

  it('never grades what a cut file still holds', async () => {
    const eye = await phantomEye(5);
    for (const share of [0.1, 0.3, 0.6, 0.9, 0.99]) {
      const cut = eye.subarray(0, Math.floor(eye.length * share));
      expect(await reasonOf(cut)).toMatch(/^(?:truncated|unreadable)-file$/);
    }
  });
});

const SHARED = sharedData('data/fundus', 'the quality gate on real photographs');
const PHOTOGRAPHS =
  SHARED === undefined
    ? []
    : globSync('{odir5k_256,eyepacs_400,chase_db1_512}/images/*.{jpg,jpeg,png}', { cwd: SHARED })
        .sort()
        .map((name) => join(SHARED, name));

/** EyeQ's grades of 279 of EyePACS's photographs (Fu et al. 2019): they judge the gate and taught it nothing. */
function graded(quality: RegExp): string[] {
  const table = readFileSync(join(SHARED ?? '', 'eyepacs_400/quality_eyeq.csv'), 'utf8');
  return table
    .split(/\r?\n/)
    .filter((line) => quality.test(line))
    .map((line) => join(SHARED ?? '', 'eyepacs_400/images', line.split(',')[0] ?? ''));
}

describe.skipIf(PHOTOGRAPHS.length === 0)('the quality gate on real photographs', () => {
  const reasonsOf = async (files: readonly string[]) => {
    const reasons: (string | null)[] = [];
    for (const file of files) reasons.push(await reasonOf(readFileSync(file)));
    return reasons;
  };

  it('takes at most 1.5 % for something else, and 1 % for one without colours', async () => {
    const reasons = await reasonsOf(PHOTOGRAPHS.filter((_, index) => index % 23 === 0));
    const share = (wanted: string) => reasons.filter((reason) => reason === wanted).length / reasons.length;
    expect(reasons.length).toBeGreaterThan(200);
    expect(share('not-a-fundus-photograph')).toBeLessThanOrEqual(0.015);
    expect(share('not-a-colour-photograph')).toBeLessThanOrEqual(0.01);
  });

  it('refuses at most 2 % of what graders could grade, and a third at least of what they rejected', async () => {
    const gradable = await reasonsOf(graded(/,(?:good|usable)$/).filter((_, index) => index % 2 === 0));
    const rejected = await reasonsOf(graded(/,reject$/));
    const refused = (reasons: readonly (string | null)[]) =>
      reasons.filter((reason) => reason !== null).length / reasons.length;
    expect([gradable.length, rejected.length]).toEqual([112, 56]);
    expect(refused(gradable)).toBeLessThanOrEqual(0.02);
    expect(refused(rejected)).toBeGreaterThan(1 / 3);
  });
});
