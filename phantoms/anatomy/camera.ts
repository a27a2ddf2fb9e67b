import type { Random } from '../random.ts';

/** How a fundus camera shows its field and what it adds; the same for both eyes of a patient. Lengths in field radii. */
export interface Camera {
  /** Radius of the field as a share of the picture's width. */
  readonly fieldRadius: number;
  /** Where top and bottom are cut off; 1 leaves the full circle. */
  readonly crop: number;
  /** A tab on the field's edge that tells the picture's orientation. */
  readonly notch: { readonly angle: number; readonly size: number; readonly round: boolean } | null;
  /** Width over which the field's edge fades into the surround. */
  readonly edgeSoftness: number;
  /** Loss of light from the field's centre to its edge; below 0 the edge is brighter. */
  readonly vignetting: number;
  /** Deviation of the sensor's noise at middle grey, in levels of 255. */
  readonly noise: number;
  /** Radius (deviation) of the lens's blur. */
  readonly blur: number;
  /** Level of the surround, 0 to 255. */
  readonly blackLevel: number;
  readonly jpegQuality: number;
  /** What a picture is centred on: 0 the macula, 1 the disc. */
  readonly centring: number;
}

export function drawCamera(random: Random): Camera {
  const shape = random.pick(['circle', 'cropped'] as const, [0.75, 0.25]);
  return {
    fieldRadius: random.uniform(0.485, 0.498),
    crop: shape === 'circle' ? 1 : random.uniform(0.86, 0.96),
    notch: random.chance(0.25)
      ? {
          angle: random.pick([-Math.PI / 4, -Math.PI / 3.4, 0]) + random.normal(0, 0.03),
          size: random.uniform(0.022, 0.04),
          round: random.chance(0.4),
        }
      : null,
    edgeSoftness: random.uniform(0.006, 0.025),
    vignetting: random.normal(0.22, 0.16),
    noise: random.uniform(0.8, 2.8),
    blur: random.uniform(0.002, 0.0044),
    blackLevel: random.uniform(0, 5),
    jpegQuality: random.integer(86, 94),
    centring: random.pick([0, 0.3, 0.7], [0.45, 0.45, 0.1]),
  };
}
