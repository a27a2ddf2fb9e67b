import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { SeenField } from '../../core/exams/field.ts';
import { generatePatient, type PhantomEye } from '../../phantoms/index.ts';
import { sharedData } from '../../test/shared-data.ts';
import { prepareImage } from '../prepare-image.ts';
import { decideField, type FieldSight } from './shown-field.ts';

/** Drawn eyes, left and right by turns, photographed with the macula in the middle (0) or the disc (1). */
async function drawnEyes(count: number, centring: number): Promise<PhantomEye[]> {
  const defects = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };
  const indices = Array.from({ length: count }, (_, index) => index);
  const patients = await Promise.all(
    indices.map((index) => generatePatient({ seed: 'field', index, size: 400, defects, centring })),
  );
  return patients.flatMap(({ left, right }, index) => (index % 2 === 0 ? left : right) ?? []);
}

const fieldOf = async (file: Uint8Array) => (await prepareImage(file, 224)).field;

function count(fields: readonly (SeenField | null)[]) {
  const of = (wanted: SeenField | null) => fields.filter((field) => field === wanted).length;
  return { macula: of('macula'), disc: of('disc'), unsure: of(null) };
}

describe('the field that a photograph shows', () => {
  it('is the macula in drawn photographs that have it in the middle, or it is unsure', async () => {
    const seen = count(await Promise.all((await drawnEyes(16, 0)).map(({ jpeg }) => fieldOf(jpeg))));
    expect(seen.disc).toBe(0);
    expect(seen.macula).toBeGreaterThanOrEqual(11);
  });

  it('is the disc in drawn photographs that have it in the middle, or it is unsure', async () => {
    const seen = count(await Promise.all((await drawnEyes(16, 1)).map(({ jpeg }) => fieldOf(jpeg))));
    expect(seen.macula).toBe(0);
    expect(seen.disc).toBeGreaterThanOrEqual(8);
  });

  it('is the same in the mirrored photograph', async () => {
    for (const { jpeg } of [...(await drawnEyes(3, 0)), ...(await drawnEyes(3, 1))])
      expect(await fieldOf(await sharp(jpeg).flop().jpeg({ quality: 95 }).toBuffer())).toBe(
        await fieldOf(jpeg),
      );
  });

  it('is not looked for in a photograph that is ungradable', async () => {
    const [eye] = await drawnEyes(1, 1);
    const small = await sharp(eye?.jpeg).resize(150).jpeg().toBuffer();
    expect(await prepareImage(small, 224)).toMatchObject({ field: null, quality: { gradable: false } });
  });

  it('is the disc in most photographs of CHASE_DB1, which are centred on it, and the macula in none', async ({
    skip,
  }) => {
    const folder = sharedData('data/fundus/chase_db1_512/images', 'the field of real photographs');
    if (folder === undefined) return skip();
    const files = globSync('*.jpg', { cwd: folder }).map((name) => readFileSync(join(folder, name)));
    expect(files).toHaveLength(28);
    const seen = count(await Promise.all(files.map(fieldOf)));
    expect(seen.macula).toBe(0);
    expect(seen.disc).toBeGreaterThanOrEqual(18);
  });
});

describe('by where disc and fovea lie', () => {
  const DISC = { x: 0.05, y: -0.1, brightness: 1.2, vessels: 0.08, vesselsBothWays: 0.05, score: 1.7 };
  const sight = (disc: Partial<typeof DISC>, more: Partial<FieldSight> = {}): FieldSight => ({
    ...{ disc: { ...DISC, ...disc }, lead: 0.7, fovea: 0.6, foveaBelow: 0.1, foveaAnywhere: 1 },
    ...more,
  });

  it.each<[string, FieldSight, FieldSight]>([
    ['to a side', sight({ x: 0.17 }), sight({ x: 0.18 })],
    ['to the other side', sight({ x: -0.17 }), sight({ x: -0.18 })],
    ['up', sight({ y: -0.32 }), sight({ y: -0.33 })],
    ['in brightness', sight({ brightness: 0.9 }), sight({ brightness: 0.89 })],
    ['in vessels above and below', sight({ vesselsBothWays: 0.01 }), sight({ vesselsBothWays: 0.009 })],
    ['before the next best place', sight({}, { lead: 0.37 }), sight({}, { lead: 0.35 })],
  ])('the disc is sure up to its limit %s, and not beyond', (_, within, beyond) => {
    expect(decideField(within)).toBe('disc');
    expect(decideField(beyond)).toBeNull();
  });

  it.each<[string, FieldSight, FieldSight]>([
    ['from the middle', sight({ x: 0.3 }), sight({ x: 0.29 })],
    ['from the middle, to the other side', sight({ x: -0.3 }), sight({ x: -0.29 })],
    ['down', sight({ x: 0.6, y: 0.5 }), sight({ x: 0.6, y: 0.51 })],
    ['in the darkness of the fovea', sight({ x: 0.6 }, { fovea: 0.3 }), sight({ x: 0.6 }, { fovea: 0.29 })],
    ['before the next best place', sight({ x: 0.6 }, { lead: 0.17 }), sight({ x: 0.6 }, { lead: 0.15 })],
  ])('the macula is sure up to its limit %s, and not beyond', (_, within, beyond) => {
    expect(decideField(within)).toBe('macula');
    expect(decideField(beyond)).toBeNull();
  });
});
