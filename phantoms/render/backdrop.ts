import type { EyeAnatomy } from '../anatomy/eye-anatomy.ts';
import type { PatientTraits } from '../anatomy/patient-traits.ts';
import { placeField } from '../drawing/plane.ts';
import { drawChoroid } from './choroid.ts';
import { fractalNoise, noiseAt } from './noise.ts';

/** Width of the grid on which everything soft is worked out; the picture interpolates it. */
export const GRID = 256;

/** The soft parts of a fundus, `GRID * GRID` values each. */
export interface Backdrop {
  /** Colour of the fundus without disc, vessels and lesions, 0 to 255. */
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
}

/** Below this tessellation the choroid's vessels cannot be seen. */
const FAINTEST_CHOROID = 0.04;

const BELL_STEPS = 64;
const BELL_END = 18;
/** exp(-q / 2) for q from 0 to BELL_END: this runs half a million times for each eye. */
const BELL = Float32Array.from({ length: BELL_STEPS * BELL_END + 2 }, (_, i) =>
  Math.exp(-i / BELL_STEPS / 2),
);

function gauss(squaredDistance: number, deviation: number): number {
  const position = (squaredDistance / (deviation * deviation)) * BELL_STEPS;
  if (position >= BELL_STEPS * BELL_END) return 0;
  const i = position | 0;
  const low = BELL[i] ?? 0;
  return low + (position - i) * ((BELL[i + 1] ?? 0) - low);
}

/**
 * Draws the fundus behind the vessels: pigment with its uneven clouds, choroidal vessels where they shine through,
 * the dark macula with its reflexes, and the sheen of the nerve fibre layer along the arcades.
 */
export function drawBackdrop(eye: EyeAnatomy, traits: PatientTraits): Backdrop {
  const random = eye.random.fork('backdrop');
  const { disc, fovea } = eye;
  const [baseRed, baseGreen, baseBlue] = traits.colour;
  // A fundus with little red would turn green.
  const edgeHue = traits.edgeHue * Math.max(0, Math.min(1, (baseRed / baseGreen - 1.3) / 0.5));
  const grade = eye.signs.tessellation ?? 0;
  const tessellation = Math.min(1, traits.tessellation * 0.7 + ([0, 0.4, 0.65, 0.9][grade] ?? 0));
  const placement = placeField(GRID, traits.camera.fieldRadius, eye.mirror);
  const choroid =
    tessellation < FAINTEST_CHOROID ? null : drawChoroid(eye, random.fork('choroid'), placement);
  const { scale, centre, mirror } = placement;
  const offsetX = random.uniform(0, 256);
  const offsetY = random.uniform(0, 256);
  const macula = random.uniform(0.85, 1.2);
  const maculaWidth = random.normal(1, 0.08);
  const striae = (0.02 + 0.045 * traits.youth) * random.uniform(0.6, 1.2);
  const ring = traits.youth * random.uniform(0, 0.1);
  const reflex = (0.05 + 0.35 * traits.youth) * random.uniform(0.2, 1);
  const planes = {
    red: new Float32Array(GRID * GRID),
    green: new Float32Array(GRID * GRID),
    blue: new Float32Array(GRID * GRID),
  };
  for (let row = 0; row < GRID; row++) {
    const y = (row - centre) / scale;
    for (let column = 0; column < GRID; column++) {
      const x = (mirror * (column - centre)) / scale;
      if (x * x + y * y > 1.2) continue;
      const at = row * GRID + column;
      const fx = (x - fovea.x) / maculaWidth;
      const fy = y - fovea.y;
      const fromFovea = fx * fx + fy * fy;
      const dx = x - disc.x;
      const dy = y - disc.y;
      const fromDisc = Math.sqrt(dx * dx + dy * dy);
      const clouds = 0.045 * fractalNoise(x * 3 + offsetX, y * 3 + offsetY, 4, 0.6);

      const warm = 0.022 * noiseAt(x * 2.6 + offsetY, y * 2.6 + offsetX);
      const core = gauss(fromFovea, 0.075);
      const dark = macula * (0.17 * core + 0.13 * gauss(fromFovea, 0.17) + 0.06 * gauss(fromFovea, 0.32));
      const depth = tessellation * (1 - 0.75 * gauss(fromFovea, 0.24));
      const shine = choroid === null ? 0.45 : (choroid.values[at] ?? 0) / 255;
      const choroidal = depth * (shine - 0.45);

      // Nerve fibres fan out from the disc and are thickest above and below it on the temporal side.
      const angle = Math.atan2(dy, -dx);
      const bundle =
        gauss((Math.abs(angle) - 1.05) ** 2, 0.42) + 0.35 * gauss((Math.abs(angle) - 2.2) ** 2, 0.5);
      const fibres = bundle * gauss((fromDisc - disc.radius) ** 2, 0.26);
      const strands = fibres * striae * (1.1 + 0.8 * noiseAt(angle * 46 + offsetX, fromDisc * 6 + offsetY));
      const halo = 0.1 * gauss(Math.max(0, fromDisc - disc.radius) ** 2, 0.12);

      const sheen =
        ring *
        (0.5 + 0.5 * noiseAt(x * 9 + offsetX, y * 9)) *
        gauss((Math.sqrt(fromFovea * 0.7 + 0.3 * fy * fy) - 0.15) ** 2, 0.012);
      const spark = reflex * gauss(fromFovea, 0.011);
      const edge = edgeHue * (x * x + y * y);
      const light = strands + halo + sheen + spark;
      planes.red[at] = baseRed * (1 + clouds * 0.6 + choroidal * 0.42 - edge - dark * 0.75 + light * 0.55);
      planes.green[at] =
        baseGreen * (1 + clouds + warm + choroidal * 0.34 + 0.1 * edge - dark * 1.05 + light * 1.15);
      planes.blue[at] =
        baseBlue * (1 + clouds + 1.2 * warm + choroidal * 0.1 + 0.3 * edge - dark * 0.85 + light * 1.35);
    }
  }
  return planes;
}
