import type { Random } from '../random.ts';
import { arcadeCourse, awayCourse, type Course, fixedCourse, foveaCourse } from './course.ts';
import type { EyeAnatomy } from './eye-anatomy.ts';
import type { Sprout } from './grow-vessel.ts';
import type { PatientTraits } from './patient-traits.ts';
import type { VesselKind } from './vessel.ts';

/** A vessel where it leaves the disc: its place in disc radii, and its width as a share of its kind's. */
interface Trunk {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly calibre: number;
  readonly course: Course;
}

/**
 * The vessels that leave the disc: for arteries and veins each a superior and an inferior temporal arcade, a superior
 * and an inferior nasal trunk, and thin ones straight to the macula and to the nose.
 */
export function drawTrunks(eye: EyeAnatomy, traits: PatientTraits, random: Random): Sprout[] {
  const { disc, fovea } = eye;
  const radius = disc.radius;
  const sprouts: Sprout[] = [];
  const add = (kind: VesselKind, { x, y, heading, calibre, course }: Trunk) => {
    const base = traits.veinHalfWidth * (kind === 'artery' ? traits.arteryToVein : 1);
    sprouts.push({
      kind,
      x: disc.x + x * radius,
      y: disc.y + y * radius,
      heading,
      halfWidth: base * calibre,
      length: 1.9,
      course,
      steering: 0.16,
      parent: -1,
      depth: 0,
      foveaLimit: 0.17,
    });
  };
  for (const kind of ['vein', 'artery'] as const) {
    const beside = kind === 'vein' ? random.uniform(-0.02, 0.1) : random.uniform(0.12, 0.25);
    for (const side of [-1, 1] as const) {
      const stem = beside + random.normal(0, 0.05);
      const width = disc.x - fovea.x + (kind === 'vein' ? 0.0 : 0.035) + random.normal(0, 0.02);
      const height = traits.arcadeHeight + (kind === 'vein' ? 0.03 : -0.02) + random.normal(0, 0.035);
      const temporal = side * (Math.PI / 2 + random.uniform(0.1, 0.4));
      add(kind, {
        ...{ x: stem, y: side * 0.08, heading: temporal, calibre: random.normal(1, 0.06) },
        course: arcadeCourse(fovea, width, height, side),
      });
      const nasal = side * random.uniform(0.75, 1.15);
      const start = side * random.uniform(1.1, 1.4);
      add(kind, {
        ...{ x: stem + 0.08, y: side * 0.14, heading: start, calibre: random.normal(0.72, 0.07) },
        course: fixedCourse(nasal),
      });
    }
    if (random.chance(0.8)) {
      add(kind, {
        ...{ x: 0.3, y: 0.1, heading: random.normal(0, 0.3), calibre: random.uniform(0.3, 0.45) },
        course: awayCourse(fovea, random.normal(0, 0.2)),
      });
    }
    for (const side of [-1, 1] as const) {
      const miss = side * random.uniform(-0.2, 0.35);
      const start = Math.PI + side * random.uniform(0.2, 0.8);
      if (random.chance(0.75)) {
        add(kind, {
          ...{ x: -0.35, y: -side * 0.25, heading: start, calibre: random.uniform(0.22, 0.36) },
          course: foveaCourse(fovea, miss),
        });
      }
    }
  }
  return sprouts;
}
