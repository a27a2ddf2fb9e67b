import type { Random } from '../random.ts';
import { type Camera, drawCamera } from './camera.ts';

/** What both eyes of a patient share. Lengths in radii of a 45 degree field (about 6.7 mm on the retina). */
export interface PatientTraits {
  /** Colour of the plain fundus, 0 to 255 each. */
  readonly colour: readonly [red: number, green: number, blue: number];
  /** How far choroidal vessels shine through: 0 not at all, 1 plainly. */
  readonly tessellation: number;
  /** Strength of the pigment epithelium's grain. */
  readonly mottling: number;
  /** Share of red that the field loses towards its edge, where pigment lies thicker. */
  readonly edgeHue: number;
  /** Young eyes have a bright macular reflex and nerve fibre layer: 0 to 1. */
  readonly youth: number;
  readonly discRadius: number;
  /** Height over width. */
  readonly discOval: number;
  /** Vertical, of the healthy eye. */
  readonly cupToDiscRatio: number;
  /** Distance from the fovea to the disc's centre. */
  readonly discDistance: number;
  /** Half of the arcades' opening at the fovea. */
  readonly arcadeHeight: number;
  /** Of the largest vein at the disc's margin. */
  readonly veinHalfWidth: number;
  readonly arteryToVein: number;
  readonly tortuosity: number;
  readonly vesselContrast: number;
  readonly camera: Camera;
}

/**
 * Draws a plain fundus colour. Brightness and the ratios between channels spread as photographs of many cameras do:
 * from red-orange to beige and grey-pink.
 */
function drawColour(random: Random): PatientTraits['colour'] {
  const shared = random.normal();
  const red = Math.min(232, Math.exp(random.normal(5.17, 0.22)));
  const green = red / Math.exp(Math.max(0.3, 0.58 + 0.23 * shared));
  const blue = green / Math.exp(Math.max(0.12, 0.82 + 0.62 * (0.5 * shared + 0.87 * random.normal())));
  return [red, green, blue];
}

export function drawPatientTraits(random: Random): PatientTraits {
  const age = random.next();
  return {
    colour: drawColour(random.fork('colour')),
    tessellation: 0.55 * random.next() ** 2 * (0.35 + age),
    edgeHue: random.chance(0.5) ? random.uniform(0.03, 0.1) : random.uniform(0.1, 0.2),
    mottling: random.uniform(0.5, 1.1),
    youth: Math.max(0, 1 - 1.6 * age),
    discRadius: random.normal(0.13, 0.008),
    discOval: random.normal(1.08, 0.03),
    cupToDiscRatio: Math.max(0.15, random.normal(0.36, 0.08)),
    discDistance: random.normal(0.7, 0.025),
    arcadeHeight: random.normal(0.56, 0.045),
    veinHalfWidth: random.normal(0.0128, 0.001),
    arteryToVein: random.normal(0.7, 0.03),
    tortuosity: random.uniform(0.7, 1.8),
    vesselContrast: random.uniform(0.66, 1.05),
    camera: drawCamera(random.fork('camera')),
  };
}
