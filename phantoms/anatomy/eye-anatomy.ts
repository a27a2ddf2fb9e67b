import type { Signs } from '../labels.ts';
import type { Random } from '../random.ts';
import type { Camera } from './camera.ts';
import type { PatientTraits } from './patient-traits.ts';

/**
 * A place on the retina as a right eye's photograph shows it on screen: unit one field radius, origin the field's
 * centre, x towards the nose (to the right), y downwards. A left eye is drawn with x mirrored.
 */
export interface RetinaPoint {
  readonly x: number;
  readonly y: number;
}

export interface DiscAnatomy extends RetinaPoint {
  /** Half of its height. */
  readonly radius: number;
  /** Height over width. */
  readonly oval: number;
  /** Radians clockwise. */
  readonly tilt: number;
  /** Vertical. */
  readonly cupToDiscRatio: number;
}

/** One eye: where its parts lie, and the stream of random numbers that draws all its details. */
export interface EyeAnatomy {
  /** 1 for a right eye, -1 for a left one: the sign of the mirroring. */
  readonly mirror: 1 | -1;
  readonly disc: DiscAnatomy;
  readonly fovea: RetinaPoint;
  readonly signs: Signs;
  readonly random: Random;
}

/** Vertical cup-to-disc ratio for the grades of an enlarged cup. */
const ENLARGED_CUP = [0, 0.62, 0.73, 0.86] as const;

export function drawEyeAnatomy(
  random: Random,
  traits: PatientTraits,
  eye: 'left' | 'right',
  signs: Signs,
): EyeAnatomy {
  const distance = traits.discDistance + random.normal(0, 0.008);
  // The fovea lies 5 to 8 degrees below the disc's centre, seen from the disc.
  const angle = random.normal(0.11, 0.025);
  const centring = traits.camera.centring;
  const fovea = {
    x: -centring * distance + random.normal(0, 0.035),
    y: random.normal(0.02, 0.035),
  };
  const cup = signs['enlarged-cup'];
  const healthy = traits.cupToDiscRatio + random.normal(0, 0.025);
  return {
    mirror: eye === 'right' ? 1 : -1,
    fovea,
    disc: {
      x: fovea.x + distance * Math.cos(angle),
      y: fovea.y - distance * Math.sin(angle),
      radius: traits.discRadius * (1 + random.normal(0, 0.02)),
      oval: traits.discOval + random.normal(0, 0.015),
      tilt: random.normal(0.06, 0.08),
      cupToDiscRatio: cup === undefined ? healthy : ENLARGED_CUP[cup] + random.normal(0, 0.015),
    },
    signs,
    random: random.fork('details'),
  };
}

function inPicture(point: RetinaPoint, mirror: number, camera: Camera): { x: number; y: number } {
  return { x: 0.5 + mirror * point.x * camera.fieldRadius, y: 0.5 + point.y * camera.fieldRadius };
}

/** Centre and radius of the disc as shares of the picture's width. */
export function discInPicture(anatomy: EyeAnatomy, camera: Camera): { x: number; y: number; radius: number } {
  const { disc, mirror } = anatomy;
  return { ...inPicture(disc, mirror, camera), radius: disc.radius * camera.fieldRadius };
}

/** The fovea as shares of the picture's width. */
export function foveaInPicture(anatomy: EyeAnatomy, camera: Camera): { x: number; y: number } {
  return inPicture(anatomy.fovea, anatomy.mirror, camera);
}
