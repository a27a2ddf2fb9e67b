export type VesselKind = 'artery' | 'vein';

/** The centre line of one vessel from its origin to its end, in field radii. All three lists are equally long. */
export interface Vessel {
  readonly kind: VesselKind;
  readonly xs: number[];
  readonly ys: number[];
  readonly halfWidths: number[];
}

/** Distance between two points of a centre line. */
export const STEP = 0.012;
