import type { EyeAnatomy, RetinaPoint } from '../anatomy/eye-anatomy.ts';
import type { Placement } from '../drawing/plane.ts';
import type { Grade } from '../labels.ts';
import type { Random } from '../random.ts';
import type { LesionPlanes } from './lesion-planes.ts';

/** What drawing one sign into one eye needs. */
export interface LesionContext {
  readonly eye: EyeAnatomy;
  readonly planes: LesionPlanes;
  readonly placement: Placement;
  readonly random: Random;
  readonly grade: Grade;
}

/** A place within `reach` of a point, the likelier the nearer; never on the disc nor outside of the field. */
export function placeNear(eye: EyeAnatomy, point: RetinaPoint, reach: number, random: Random): RetinaPoint {
  for (let attempt = 0; attempt < 20; attempt++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const distance = reach * random.next() ** 0.7;
    const x = point.x + distance * Math.cos(angle);
    const y = point.y + distance * Math.sin(angle);
    const offDisc = Math.hypot(x - eye.disc.x, y - eye.disc.y) > eye.disc.radius * 1.3;
    if (offDisc && Math.hypot(x, y) < 0.9) return { x, y };
  }
  return { x: eye.fovea.x, y: eye.fovea.y + 0.2 };
}

/** The direction, in radians, in which nerve fibres run at a place: round the disc's temporal side in arcs. */
export function fibreDirection(eye: EyeAnatomy, place: RetinaPoint): number {
  const radial = Math.atan2(place.y - eye.disc.y, place.x - eye.disc.x);
  const temporal = place.x < eye.disc.x ? Math.sign(place.y - eye.fovea.y) * 0.5 : 0;
  return radial + temporal;
}
