import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { generatePatient } from '../../phantoms/index.ts';
import { sharedData } from '../../test/shared-data.ts';
import { prepareImage } from '../prepare-image.ts';
import { decideTurned, type FieldSight } from './shown-field.ts';

const defects = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };
const turnedOf = async (file: Uint8Array) => (await prepareImage(file, 224)).turned;
const rotated = (file: Uint8Array) => sharp(file).rotate(180).jpeg({ quality: 95 }).toBuffer();

function count(answers: readonly (boolean | null)[]) {
  const of = (wanted: boolean | null) => answers.filter((answer) => answer === wanted).length;
  return { upright: of(false), turned: of(true), unsure: of(null) };
}

describe('a photograph turned by half', () => {
  it('has its fovea above the disc in drawn eyes, left and right, and below it when it is upright', async () => {
    const patients = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((index) =>
        generatePatient({ seed: 'turned', index, size: 400, defects, centring: 0 }),
      ),
    );
    const files = patients
      .flatMap(({ left, right }) => [left?.jpeg, right?.jpeg])
      .flatMap((jpeg) => jpeg ?? []);
    const upright = count(await Promise.all(files.map(turnedOf)));
    const turned = count(await Promise.all(files.map(async (file) => turnedOf(await rotated(file)))));
    expect(upright.turned).toBe(0);
    expect(turned.upright).toBe(0);
    expect(upright.upright).toBeGreaterThanOrEqual(4);
    expect(turned.turned).toBeGreaterThanOrEqual(4);
  });

  it('is told from an upright one in real photographs that are centred on the macula', async ({ skip }) => {
    const folder = sharedData('data/fundus/odir5k_256/images', 'photographs turned by half');
    if (folder === undefined) return skip();
    // Every tenth of the first 400 by name.
    const names = globSync('*.jpg', { cwd: folder }).toSorted().slice(0, 400);
    const files = names
      .filter((_, index) => index % 10 === 0)
      .map((name) => readFileSync(join(folder, name)));
    const upright = count(await Promise.all(files.map(turnedOf)));
    const turned = count(await Promise.all(files.map(async (file) => turnedOf(await rotated(file)))));
    expect(upright.upright).toBeGreaterThanOrEqual(10);
    expect(turned.turned).toBeGreaterThanOrEqual(10);
    expect(upright.turned + turned.upright).toBeLessThanOrEqual(2);
  });
});

describe('by where disc and fovea lie', () => {
  const DISC = { x: 0.6, y: 0, brightness: 1.2, vessels: 0.08, vesselsBothWays: 0.05, score: 1.7 };
  const sight = (more: Partial<FieldSight>): FieldSight => ({
    ...{ disc: DISC, lead: 0.7, fovea: 0.6, foveaBelow: 0.1, foveaAnywhere: 0.8 },
    ...more,
  });

  it.each<[string, FieldSight, boolean | null]>([
    ['the fovea lies below the disc', sight({}), false],
    ['it lies above it', sight({ foveaBelow: -0.02 }), true],
    ['it lies beside it', sight({ foveaBelow: -0.019 }), null],
    ['it is hardly dark and lies below it', sight({ foveaAnywhere: 0.4 }), false],
    ['it is hardly dark and lies above it', sight({ foveaBelow: -0.1, foveaAnywhere: 0.79 }), null],
    [
      'the photograph is not centred on the macula',
      sight({ disc: { ...DISC, x: 0.05 }, foveaBelow: -0.1 }),
      null,
    ],
  ])('%s', (_, seen, expected) => {
    expect(decideTurned(seen)).toBe(expected);
  });
});
