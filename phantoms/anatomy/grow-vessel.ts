import type { Random } from '../random.ts';
import type { Course } from './course.ts';
import type { EyeAnatomy } from './eye-anatomy.ts';
import type { Occupancy } from './occupancy.ts';
import { STEP, type Vessel, type VesselKind } from './vessel.ts';

/** A vessel that is to grow. */
export interface Sprout {
  readonly kind: VesselKind;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly halfWidth: number;
  readonly length: number;
  readonly course: Course;
  /** How firmly the course is kept, 0 to 1 per step. */
  readonly steering: number;
  /** Number of the vessel that it branches from, -1 at the disc. */
  readonly parent: number;
  readonly depth: number;
  /** How near to the fovea it may come. */
  readonly foveaLimit: number;
}

/** Share of its width that a vessel loses from its origin to its end, besides what its branches take. */
const TAPER = 0.45;
/** Steps in which a young branch may still touch its neighbours. */
const FREE_STEPS = 5;

function turnTowards(heading: number, wanted: number): number {
  const turn = wanted - heading;
  return Math.atan2(Math.sin(turn), Math.cos(turn));
}

/** Where a vessel grows. */
export interface Surroundings {
  readonly eye: EyeAnatomy;
  readonly occupancy: Occupancy;
  readonly tortuosity: number;
  readonly random: Random;
}

/**
 * Grows one centre line step by step: it follows its course, winds by its tortuosity, and ends at its length, at the
 * field's edge, before the fovea, or where it would meet another vessel of its kind.
 */
export function growVessel(
  sprout: Sprout,
  number: number,
  { eye, occupancy, tortuosity, random }: Surroundings,
): Vessel {
  const vessel: Vessel = { kind: sprout.kind, xs: [], ys: [], halfWidths: [] };
  const steps = Math.max(3, Math.round(sprout.length / STEP));
  // Two waves of unlike length give the gentle, irregular winding of real vessels.
  const waves = [random.uniform(0.16, 0.3), random.uniform(0.06, 0.12)].map((length) => ({
    pace: (2 * Math.PI * STEP) / length,
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const thin = Math.min(1, 0.004 / sprout.halfWidth);
  let { x, y, heading } = sprout;
  let drift = 0;
  for (let i = 0; i <= steps; i++) {
    const owner = occupancy.ownerAt(x, y);
    const blocked = owner !== -1 && owner !== number && owner !== sprout.parent && i > FREE_STEPS;
    if (blocked && sprout.depth > 0) break;
    if (Math.hypot(x - eye.fovea.x, y - eye.fovea.y) < sprout.foveaLimit || Math.hypot(x, y) > 1.04) break;
    vessel.xs.push(x);
    vessel.ys.push(y);
    vessel.halfWidths.push(sprout.halfWidth * (1 - TAPER * (i / steps)));
    occupancy.claim(x, y, number);
    drift = 0.86 * drift + random.normal(0, 0.016 + 0.022 * thin) * tortuosity;
    const [slow, quick] = waves.map((wave) => Math.sin(wave.phase + wave.pace * i));
    const winding = tortuosity * (0.035 * (slow ?? 0) + (0.02 + 0.05 * thin) * (quick ?? 0));
    heading += sprout.steering * turnTowards(heading, sprout.course(x, y)) + drift + winding;
    x += STEP * Math.cos(heading);
    y += STEP * Math.sin(heading);
  }
  return vessel;
}
