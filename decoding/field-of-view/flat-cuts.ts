import type { Point } from './ellipse.ts';

/** Cells within so much of the end of a region lie on its end; and so much further in, a round one is far wider. */
const ON_END = 1.5;
const FURTHER_IN = 6.5;
/** A round end is √(2 / 7) ≈ 0.53 as long as what lies further in, whatever its curvature; a straight one as long. */
const STRAIGHT = 0.75;
/** In cells. */
const SHORTEST_CUT = 16;
/** Points so near to a straight end are left out: a field's corners are rounded by smoothing. */
const NEAR_CUT = 3;

type Axis = 'x' | 'y';

/** How many lines across an axis have a point within a depth of the end. */
function lengthAt(
  points: readonly Point[],
  { axis, sign }: { readonly axis: Axis; readonly sign: 1 | -1 },
  from: number,
): number {
  const across: Axis = axis === 'x' ? 'y' : 'x';
  const on = new Set<number>();
  for (const point of points) if (sign * point[axis] >= from) on.add(Math.round(point[across]));
  return on.size;
}

/** An outline without its straight ends, and the frame that these make, in cells; infinite where an end is round. */
export interface UncutOutline {
  readonly points: readonly Point[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Leaves out what of an outline is no part of the round field: straight ends where a sensor cut it, or
 * a program that laid the photograph on a larger frame.
 *
 * @param points of a region's outline, in cells
 */
export function withoutFlatCuts(points: readonly Point[]): UncutOutline {
  let kept = points;
  const ends = {
    x: { [-1]: Number.POSITIVE_INFINITY, 1: Number.POSITIVE_INFINITY },
    y: { [-1]: Number.POSITIVE_INFINITY, 1: Number.POSITIVE_INFINITY },
  };
  for (const axis of ['x', 'y'] as const) {
    for (const sign of [1, -1] as const) {
      let end = Number.NEGATIVE_INFINITY;
      for (const point of points) end = Math.max(end, sign * point[axis]);
      const length = lengthAt(points, { axis, sign }, end - ON_END);
      const further = lengthAt(points, { axis, sign }, end - FURTHER_IN);
      if (length < SHORTEST_CUT || length < STRAIGHT * further) continue;
      ends[axis][sign] = end;
      kept = kept.filter((point) => sign * point[axis] < end - NEAR_CUT);
    }
  }
  return { points: kept, left: -ends.x[-1], right: ends.x[1], top: -ends.y[-1], bottom: ends.y[1] };
}
