import type { Random } from '../random.ts';
import { awayCourse, foveaCourse } from './course.ts';
import type { EyeAnatomy } from './eye-anatomy.ts';
import { growVessel, type Sprout } from './grow-vessel.ts';
import { Occupancy } from './occupancy.ts';
import type { PatientTraits } from './patient-traits.ts';
import { drawTrunks } from './trunks.ts';
import { STEP, type Vessel } from './vessel.ts';

/** Below this half width a vessel cannot be seen in a photograph. */
const FINEST = 0.0011;
const DEEPEST = 5;

/**
 * The sprouts along one grown vessel. Widths follow Murray's law (the cubes of the branches sum to the parent's,
 * Proc Natl Acad Sci 1926), so the parent is thinner beyond each branch.
 */
function branch(vessel: Vessel, parent: number, sprout: Sprout, eye: EyeAnatomy, random: Random): Sprout[] {
  const sprouts: Sprout[] = [];
  if (sprout.depth >= DEEPEST) return sprouts;
  const { disc, fovea } = eye;
  let side = random.sign();
  let remaining = 1;
  let next = sprout.depth === 0 ? random.uniform(0.03, 0.15) : random.uniform(0.05, 0.16);
  for (let i = 1; i < vessel.xs.length; i++) {
    const width = (vessel.halfWidths[i] ?? 0) * remaining;
    vessel.halfWidths[i] = width;
    const x = vessel.xs[i] ?? 0;
    const y = vessel.ys[i] ?? 0;
    if (Math.hypot(x - disc.x, y - disc.y) < disc.radius * 1.15) continue;
    next -= STEP;
    if (next > 0 || width < FINEST * 1.2) continue;
    next = random.uniform(0.035, 0.13) * (0.75 + 25 * width);
    side = random.chance(0.75) ? (-side as 1 | -1) : side;
    const heading = Math.atan2(y - (vessel.ys[i - 1] ?? 0), x - (vessel.xs[i - 1] ?? 0));
    const toFovea = Math.atan2(fovea.y - y, fovea.x - x);
    const inward = Math.sin(toFovea - heading) * side > 0 && Math.cos(toFovea - heading) > -0.75;
    const near = Math.hypot(fovea.x - x, fovea.y - y) < 0.8 && x < disc.x;
    const macular = inward && near;
    const ratio = macular
      ? random.uniform(0.27, 0.48)
      : random.pick([0.3, 0.42, 0.56, 0.78], [0.32, 0.34, 0.22, 0.12]) * random.uniform(0.85, 1.1);
    const calibre = Math.max(FINEST, width * ratio);
    const opening = random.uniform(0.45, 1.0) - 0.25 * ratio;
    sprouts.push({
      kind: vessel.kind,
      x,
      y,
      heading: heading + side * opening,
      halfWidth: calibre,
      length: random.uniform(0.7, 1.3) * (macular ? 0.2 + 70 * calibre : 0.1 + 85 * calibre),
      course: macular
        ? foveaCourse(fovea, random.normal(0, 0.25))
        : awayCourse(
            x < fovea.x + 0.1 ? { x: fovea.x + 0.35, y: fovea.y } : disc,
            side * random.uniform(0, 0.5),
          ),
      steering: macular ? 0.07 : 0.045,
      parent,
      depth: sprout.depth + 1,
      foveaLimit: random.uniform(0.07, 0.15),
    });
    remaining *= Math.cbrt(Math.max(0.2, 1 - Math.min(0.8, ratio ** 3)));
  }
  return sprouts;
}

/**
 * Grows all vessels of an eye, large ones first, so that the small ones fill what the large ones leave free.
 *
 * @example drawVesselTree(anatomy, traits).filter((v) => v.kind === 'vein')
 */
export function drawVesselTree(eye: EyeAnatomy, traits: PatientTraits): Vessel[] {
  const random = eye.random.fork('vessels');
  const occupancies = { artery: new Occupancy(), vein: new Occupancy() };
  const vessels: Vessel[] = [];
  let generation = drawTrunks(eye, traits, random.fork('trunks'));
  while (generation.length > 0) {
    const offspring: Sprout[] = [];
    for (const sprout of generation) {
      const number = vessels.length;
      const stream = random.fork(number);
      const vessel = growVessel(sprout, number, {
        ...{ eye, occupancy: occupancies[sprout.kind], tortuosity: traits.tortuosity, random: stream },
      });
      vessels.push(vessel);
      offspring.push(...branch(vessel, number, sprout, eye, stream));
    }
    generation = offspring.toSorted((a, b) => b.halfWidth - a.halfWidth);
  }
  return vessels.filter((vessel) => vessel.xs.length > 2);
}
