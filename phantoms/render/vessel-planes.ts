import type { PatientTraits } from '../anatomy/patient-traits.ts';
import type { Vessel } from '../anatomy/vessel.ts';
import { type Placement, Plane } from '../drawing/plane.ts';
import { drawStroke } from '../drawing/stroke.ts';

/** Blood and light reflexes, 255 for the most. */
export interface VesselPlanes {
  readonly arteries: Plane;
  readonly veins: Plane;
  /** The bright streak along the middle of larger vessels. */
  readonly reflexes: Plane;
}

/** Draws the vessels of an eye into three planes. */
export function drawVesselPlanes(
  vessels: readonly Vessel[],
  traits: PatientTraits,
  placement: Placement,
  size: number,
  copperWiring: number,
): VesselPlanes {
  const planes = { arteries: new Plane(size), veins: new Plane(size), reflexes: new Plane(size) };
  const widest = traits.veinHalfWidth;
  for (const vessel of vessels) {
    const { xs, ys, halfWidths, kind } = vessel;
    const depth = (half: number) =>
      215 * traits.vesselContrast * Math.min(1, 0.2 + 0.8 * (half / widest) ** 0.65);
    drawStroke(kind === 'artery' ? planes.arteries : planes.veins, placement, vessel, depth, 'round');
    const streak = halfWidths.map((half) => half * (kind === 'artery' ? 0.36 : 0.28));
    const strength = kind === 'artery' ? 150 + 35 * copperWiring : 45;
    const shine = (half: number) => strength * Math.max(0, Math.min(1, half / (widest * 0.2) - 0.45));
    drawStroke(planes.reflexes, placement, { xs, ys, halfWidths: streak }, shine, 'flat');
  }
  return planes;
}
