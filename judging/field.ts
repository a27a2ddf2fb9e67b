import { type Ellipse, fitEllipse, normalizedRadius, type Point } from './ellipse.ts';
import { levelsOf, percentileBin } from './percentile.ts';
import { largestRegion, outlineOf } from './region.ts';
import { INSPECTION_SIZE, type Square } from './square.ts';

/** The camera's round field against its black surround. Shares are 0 to 1. */
export interface Field {
  readonly ellipse: Ellipse;
  /** Of each pixel of the square, 1 on the field's outline: float32 [224, 224]. */
  readonly radii: Float32Array;
  /** Share of the outline's points that lie on the ellipse. */
  readonly roundness: number;
  /** Share of the ellipse's part inside the frame that is brighter than the surround. */
  readonly filled: number;
  /** Share of the pixels outside of the ellipse that are as dark as the surround; 1 if there are none. */
  readonly surroundDark: number;
  /** Mean level outside of the ellipse, 0 to 255; 0 if nothing is outside. */
  readonly surround: number;
  /** Share of the outline that lies inside the frame: 1 for a whole disc, less where the frame cuts it. */
  readonly outlineSeen: number;
  /** Diameter of the field, or of what the frame leaves of it, in pixels of the photograph. */
  readonly diameter: number;
}

const SIZE = INSPECTION_SIZE;
/** Points within so much of the outline lie on it. */
const ON_OUTLINE = 0.04;

/** Fits again without the points farthest off: a notch or a reflex must not pull at the outline. */
function fitOutline(points: readonly Point[]): Ellipse | null {
  let kept = points;
  let ellipse: Ellipse | null = null;
  for (let round = 0; round < 4 && kept.length >= 24; round += 1) {
    const fitted = fitEllipse(kept, SIZE);
    if (fitted === null) return null;
    ellipse = fitted;
    const errors = new Float64Array(kept.length);
    for (let index = 0; index < kept.length; index += 1) {
      const { x, y } = kept[index] as Point;
      errors[index] = Math.abs(normalizedRadius(fitted, x, y) - 1);
    }
    const ranked = errors.toSorted();
    const limit = Math.max(ON_OUTLINE / 2, ranked[Math.floor(ranked.length * 0.85)] ?? 0);
    kept = kept.filter((_, index) => (errors[index] ?? 1) <= limit);
  }
  return ellipse;
}

/** Share of an ellipse's outline inside the frame. */
function outlineInside({ x, y, radiusX, radiusY }: Ellipse): number {
  let seen = 0;
  for (let step = 0; step < 360; step += 1) {
    const angle = (step * Math.PI) / 180;
    const px = x + radiusX * Math.cos(angle);
    const py = y + radiusY * Math.sin(angle);
    if (px >= 0 && px <= SIZE && py >= 0 && py <= SIZE) seen += 1;
  }
  return seen / 360;
}

/** Level above which a pixel is not surround: an eighth of the way from the darkest pixels to the bright ones. */
function surroundLevel(plane: Uint8Array): number {
  const levels = levelsOf(plane);
  const dark = percentileBin(levels, 0.01);
  return dark + Math.max(6, 0.12 * (percentileBin(levels, 0.9) - dark));
}

function radiiOf({ x: centreX, y: centreY, radiusX, radiusY }: Ellipse): Float32Array {
  const radii = new Float32Array(SIZE * SIZE);
  const across = Float32Array.from({ length: SIZE }, (_, x) => ((x - centreX) / radiusX) ** 2);
  for (let y = 0; y < SIZE; y += 1) {
    const down = ((y - centreY) / radiusY) ** 2;
    for (let x = 0; x < SIZE; x += 1) radii[y * SIZE + x] = Math.sqrt((across[x] ?? 0) + down);
  }
  return radii;
}

/** Counts how well the field stands out from its surround. */
function contrastOf(plane: Uint8Array, radii: Float32Array, level: number) {
  let within = 0;
  let filled = 0;
  let outside = 0;
  let dark = 0;
  let sum = 0;
  for (let index = 0; index < plane.length; index += 1) {
    const radius = radii[index] ?? 0;
    const value = plane[index] ?? 0;
    if (radius < 0.97) {
      within += 1;
      if (value > level) filled += 1;
    } else if (radius > 1.04) {
      outside += 1;
      sum += value;
      if (value <= level) dark += 1;
    }
  }
  return {
    filled: within === 0 ? 0 : filled / within,
    surroundDark: outside === 0 ? 1 : dark / outside,
    surround: outside === 0 ? 0 : sum / outside,
  };
}

/**
 * Finds the camera's field: the largest bright region, and the ellipse of its outline (a squashed or scaled picture
 * makes an ellipse of the disc).
 *
 * @param plane the brightest channel, uint8 [224, 224]
 * @returns `null` if there is no bright region with a rounded outline
 */
export function findField(plane: Uint8Array, { width, height }: Square): Field | null {
  const level = surroundLevel(plane);
  const region = largestRegion(plane, level);
  if (region === null) return null;
  const points = outlineOf(region);
  const ellipse = fitOutline(points);
  if (ellipse === null) return null;
  const { x, y, radiusX, radiusY } = ellipse;
  const radii = radiiOf(ellipse);
  const on = points.filter(
    (point) => Math.abs(normalizedRadius(ellipse, point.x, point.y) - 1) <= ON_OUTLINE,
  );
  const across = Math.min(SIZE, x + radiusX) - Math.max(0, x - radiusX);
  const down = Math.min(SIZE, y + radiusY) - Math.max(0, y - radiusY);
  return {
    ellipse,
    radii,
    ...contrastOf(plane, radii, level),
    roundness: on.length / points.length,
    outlineSeen: outlineInside(ellipse),
    diameter: Math.max((across * width) / SIZE, (down * height) / SIZE),
  };
}
