import type { Camera } from '../anatomy/camera.ts';
import type { EyeAnatomy } from '../anatomy/eye-anatomy.ts';
import { placeField } from '../drawing/plane.ts';
import type { PhantomQuality } from '../patient/describe-patient.ts';
import { GRID } from './backdrop.ts';
import { noiseAt } from './noise.ts';

/** Light on its way to the retina and back, `GRID * GRID` values each. */
export interface Lighting {
  /** Factor on the retina's colour. */
  readonly light: Float32Array;
  /** Share of the retina's light that stray light replaces: flare at the pupil's edge and clouded media. */
  readonly veil: Float32Array;
  /** Colour of that stray light, 0 to 255. */
  readonly veilColour: readonly [number, number, number];
}

const HAZE = [0, 0.26, 0.44, 0.6] as const;
const EXPOSURE: Readonly<Record<PhantomQuality, number>> = {
  gradable: 1,
  'out-of-focus': 1,
  'too-dark': 0.13,
  'too-bright': 2.6,
};

function step(from: number, to: number, value: number): number {
  const share = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/**
 * Draws uneven illumination: vignetting, a slant, a shadow of the pupil, a crescent of flare at the edge, and the
 * veil of a cataract.
 */
export function drawLighting(
  eye: EyeAnatomy,
  camera: Camera,
  colour: readonly [number, number, number],
  quality: PhantomQuality,
): Lighting {
  const random = eye.random.fork('lighting');
  const exposure = EXPOSURE[quality] * random.uniform(0.93, 1.07);
  const slant = random.normal(0, 0.09);
  const slantAngle = random.uniform(0, 2 * Math.PI);
  const shadow = random.chance(0.3) ? random.uniform(0.1, 0.4) : 0;
  const shadowAt = { x: random.normal(eye.mirror * eye.fovea.x, 0.25), y: random.normal(0, 0.3) };
  const shadowSize = random.uniform(0.2, 0.35);
  const flare = random.chance(0.3) ? random.uniform(0.15, 0.75) : random.uniform(0, 0.08);
  const flareAngle = random.uniform(0, 2 * Math.PI);
  const flareReach = random.uniform(0.1, 0.32);
  const vignetting = camera.vignetting + random.normal(0, 0.05);
  // Too much flash also scatters in the eye and washes the vessels out.
  const haze = Math.max(HAZE[eye.signs['media-haze'] ?? 0], quality === 'too-bright' ? 0.3 : 0);
  const cloudX = random.uniform(0, 256);
  const cloudY = random.uniform(0, 256);
  const light = new Float32Array(GRID * GRID);
  const veil = new Float32Array(GRID * GRID);
  const { scale, centre } = placeField(GRID, camera.fieldRadius, 1);
  for (let row = 0; row < GRID; row++) {
    const y = (row - centre) / scale;
    for (let column = 0; column < GRID; column++) {
      const x = (column - centre) / scale;
      const squared = x * x + y * y;
      if (squared > 1.2) continue;
      const at = row * GRID + column;
      const along = x * Math.cos(slantAngle) + y * Math.sin(slantAngle);
      const shade = (x - shadowAt.x) ** 2 + (y - shadowAt.y) ** 2;
      const falling = 1 - vignetting * squared * (0.45 + 0.55 * squared) + slant * along;
      light[at] = exposure * falling * (1 - shadow * Math.exp(-shade / (2 * shadowSize * shadowSize)));
      const toFlare = x * Math.cos(flareAngle) + y * Math.sin(flareAngle);
      const rim = step(1 - flareReach, 1.02, 0.55 * Math.sqrt(squared) + 0.45 * toFlare);
      const cloud =
        haze === 0 ? 0 : haze * (1 + 0.13 * noiseAt(x * 1.5 + cloudX, y * 1.5 + cloudY) + 0.1 * squared);
      veil[at] = Math.min(0.92, cloud + (1 - cloud) * flare * rim);
    }
  }
  const glow = haze > 0 ? 0.45 : 0.8;
  const mean = (colour[0] + colour[1] + colour[2]) / 3;
  const bleach = (channel: number, whiten: number) =>
    Math.min(250, (channel * (1 - whiten) + mean * whiten) * (1 + glow * 0.5) + 18 * glow) * exposure;
  return {
    light,
    veil,
    veilColour: [bleach(colour[0], 0.25), bleach(colour[1] * 1.18, 0.15), bleach(colour[2] * 1.15, 0.25)],
  };
}
