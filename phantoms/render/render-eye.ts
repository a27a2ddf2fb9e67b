import sharp from 'sharp';
import { narrowArterioles, nickVeins } from '../anatomy/hypertension.ts';
import type { PatientTraits } from '../anatomy/patient-traits.ts';
import { drawVesselTree } from '../anatomy/vessel-tree.ts';
import { placeField } from '../drawing/plane.ts';
import { checkSize } from '../errors.ts';
import { drawLesions } from '../lesions/draw-lesions.ts';
import type { EyePlan } from '../patient/describe-patient.ts';
import { drawBackdrop } from './backdrop.ts';
import { composeLayers } from './compose.ts';
import { drawFieldMask } from './field-mask.ts';
import { drawLighting } from './lighting.ts';
import { SENSOR_NOISE } from './noise.ts';
import { drawOpticDisc } from './optic-disc.ts';
import { drawVesselPlanes } from './vessel-planes.ts';

/** A picture as plain RGB, row by row: `width * height * 3` bytes. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const NARROWEST_BLUR = 0.3;

async function blur(pixels: Uint8Array, size: number, sigma: number): Promise<Uint8Array> {
  if (sigma < NARROWEST_BLUR) return pixels;
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .blur(sigma)
    .raw()
    .toBuffer();
}

/** Adds the sensor's noise and the black surround. */
function expose(
  pixels: Uint8Array,
  visible: Uint8Array,
  size: number,
  plan: EyePlan,
  traits: PatientTraits,
): void {
  const { camera } = traits;
  const random = plan.anatomy.random.fork('sensor');
  const noise = camera.noise * (plan.truth.quality === 'too-dark' ? 1.3 : 1);
  const black = camera.blackLevel;
  for (let row = 0; row < size; row++) {
    let at = random.integer(0, SENSOR_NOISE.length - 1 - 2 * size);
    for (let i = row * size; i < row * size + size; i++) {
      const open = (visible[i] ?? 0) / 255;
      // Most of a small camera's noise is in brightness, the rest in colour.
      const shared = (SENSOR_NOISE[at] ?? 0) * noise * (0.25 + 0.75 * open);
      const tint = (SENSOR_NOISE[at + 1] ?? 0) * noise * 0.4 * open;
      at += 2;
      const floor = black * (1 - open);
      const p = i * 3;
      const red = (pixels[p] ?? 0) * open + floor + shared * 0.8 + tint;
      const green = (pixels[p + 1] ?? 0) * open + floor + shared;
      const blue = (pixels[p + 2] ?? 0) * open + floor + shared - tint;
      pixels[p] = red < 0 ? 0 : Math.min(red, 255);
      pixels[p + 1] = green < 0 ? 0 : Math.min(green, 255);
      pixels[p + 2] = blue < 0 ? 0 : Math.min(blue, 255);
    }
  }
}

/** Blur of lens, focus and clouded media, as a share of the field's radius. */
function blurOf(plan: EyePlan, traits: PatientTraits): number {
  const random = plan.anatomy.random.fork('focus');
  const defocus = plan.truth.quality === 'out-of-focus' ? random.uniform(0.028, 0.045) : 0;
  const haze = [0, 0.0025, 0.006, 0.011][plan.truth.signs['media-haze'] ?? 0] ?? 0;
  return Math.hypot(traits.camera.blur * random.uniform(0.85, 1.2), defocus, haze);
}

/**
 * Draws one eye as its camera would show it.
 *
 * @param size width and height in pixels
 * @returns RGB before any encoding; the same plan and size give the same bytes
 * @throws PhantomArgumentError if the size is out of range
 * @example
 * const { traits, right } = describePatient({ seed: 'demo', index: 0 })
 * if (right !== null) await renderEye(right, traits, 512)
 */
export async function renderEye(plan: EyePlan, traits: PatientTraits, size: number): Promise<RgbPicture> {
  checkSize(size);
  const { anatomy, truth } = plan;
  const placement = placeField(size, traits.camera.fieldRadius, anatomy.mirror);
  const vessels = drawVesselTree(anatomy, traits);
  const narrowing = truth.signs['arteriolar-narrowing'] ?? 0;
  const nicking = truth.signs['arteriovenous-nicking'] ?? 0;
  if (narrowing > 0) narrowArterioles(vessels, narrowing);
  if (nicking > 0) nickVeins(vessels, nicking);
  const mask = drawFieldMask(traits.camera, placement, size);
  const random = anatomy.random.fork('surface');
  const layers = {
    backdrop: drawBackdrop(anatomy, traits),
    lighting: drawLighting(anatomy, traits.camera, traits.colour, truth.quality),
    disc: drawOpticDisc(anatomy, traits.colour),
    discAt: anatomy.disc,
    vessels: drawVesselPlanes(vessels, traits, placement, size, narrowing),
    lesions: drawLesions(anatomy, placement, size),
    mottling: traits.mottling,
    grainOffset: random.uniform(0, 256),
  };
  const sharpPixels = composeLayers(layers, placement, mask.drawn, size);
  const data = await blur(sharpPixels, size, blurOf(plan, traits) * placement.scale);
  expose(data, mask.visible, size, plan, traits);
  return { width: size, height: size, data };
}
