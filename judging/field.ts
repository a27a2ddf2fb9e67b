import { type Ellipse, normalizedRadius } from '../decoding/field-of-view/ellipse.ts';
import { type UncutOutline, withoutFlatCuts } from '../decoding/field-of-view/flat-cuts.ts';
import { levelsOf, percentileBin } from '../decoding/field-of-view/percentile.ts';
import { extentOf, largestRegion, outlineOf } from '../decoding/field-of-view/region.ts';
import { roundOutline } from '../decoding/field-of-view/round-outline.ts';
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

/** Of a field, at most this share of its diameter may be cut off at a side and yet count as beyond a frame, not as dark. */
const MOST_CUT = 0.2;

/** Tells the cells within the frame of a field that was cut flat, as if the picture ended there. */
function shownBy({ left, right, top, bottom }: UncutOutline, { x, y, radiusX, radiusY }: Ellipse) {
  const [mostX, mostY] = [radiusX * (1 - 2 * MOST_CUT), radiusY * (1 - 2 * MOST_CUT)];
  const frame = {
    left: Math.min(left, x - mostX),
    right: Math.max(right, x + mostX),
    top: Math.min(top, y - mostY),
    bottom: Math.max(bottom, y + mostY),
  };
  return (index: number) => {
    const [column, row] = [index % SIZE, Math.floor(index / SIZE)];
    return column >= frame.left && column <= frame.right && row >= frame.top && row <= frame.bottom;
  };
}

interface Contrasted {
  readonly radii: Float32Array;
  readonly level: number;
  readonly isShown: (index: number) => boolean;
}

/** Counts how well the field stands out from its surround. */
function contrastOf(plane: Uint8Array, { radii, level, isShown }: Contrasted) {
  let within = 0;
  let filled = 0;
  let outside = 0;
  let dark = 0;
  let sum = 0;
  for (let index = 0; index < plane.length; index += 1) {
    const radius = radii[index] ?? 0;
    const value = plane[index] ?? 0;
    if (radius < 0.97) {
      if (!isShown(index)) continue;
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
 * makes an ellipse of the disc). Straight ends at which it was cut count neither for it nor against it.
 *
 * @param plane the brightest channel, uint8 [224, 224]
 * @returns `null` if there is no bright region with a rounded outline
 */
export function findField(plane: Uint8Array, { width, height }: Square): Field | null {
  const level = surroundLevel(plane);
  const region = largestRegion(plane, level);
  if (region === null) return null;
  const uncut = withoutFlatCuts(outlineOf(region));
  const { points } = uncut;
  const { left, right, top, bottom } = extentOf(region);
  const ellipse = roundOutline(points, Math.max(right - left, bottom - top))?.ellipse ?? null;
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
    ...contrastOf(plane, { radii, level, isShown: shownBy(uncut, ellipse) }),
    roundness: on.length / points.length,
    outlineSeen: outlineInside(ellipse),
    diameter: Math.max((across * width) / SIZE, (down * height) / SIZE),
  };
}
