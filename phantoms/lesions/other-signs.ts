import { drawSpot } from '../drawing/spot.ts';
import { fibreDirection, type LesionContext, placeNear } from './lesion-context.ts';

/** Rows of pale, round scars with pigmented middles in the periphery, left by panretinal photocoagulation. */
export function drawLaserScars({ eye, planes, placement, random, grade }: LesionContext): void {
  const spacing = 0.105 - 0.012 * grade;
  const edge = 0.66 - 0.05 * grade;
  for (let row = -10; row <= 10; row++) {
    for (let column = -10; column <= 10; column++) {
      const x = eye.fovea.x + (column + 0.5 * (row & 1)) * spacing + random.normal(0, 0.012);
      const y = eye.fovea.y + row * spacing * 0.9 + random.normal(0, 0.012);
      const outside = Math.hypot(x - eye.fovea.x, y - eye.fovea.y) > edge;
      const offDisc = Math.hypot(x - eye.disc.x, y - eye.disc.y) > eye.disc.radius * 2;
      if (!outside || !offDisc || Math.hypot(x, y) > 0.97 || random.chance(0.25)) continue;
      const radius = random.uniform(0.017, 0.026);
      const place = { x, y, irregularity: 0.14 };
      const strength = random.uniform(50, 110);
      drawSpot(planes.plane('yellow'), placement, { ...place, radius, strength, softness: 0.5 }, random);
      if (random.chance(0.7)) {
        const dark = random.uniform(90, 190);
        const core = radius * random.uniform(0.35, 0.7);
        drawSpot(
          planes.plane('pigment'),
          placement,
          { ...place, radius: core, strength: dark, softness: 0.6 },
          random,
        );
      }
    }
  }
}

/** Feathery white streaks at the disc's margin that hide the vessels. */
export function drawMyelinatedFibres({ eye, planes, placement, random, grade }: LesionContext): void {
  const middle = random.sign() * random.uniform(1.2, 2.3);
  const reach = 0.1 + 0.06 * grade;
  for (let i = 0; i < 160 + 90 * grade; i++) {
    const angle = middle + random.normal(0, 0.24 + 0.06 * grade);
    const distance = eye.disc.radius * 0.95 + reach * random.next() ** 1.3;
    const x = eye.disc.x - distance * Math.cos(angle);
    const y = eye.disc.y + distance * Math.sin(angle);
    drawSpot(
      planes.plane('white'),
      placement,
      {
        x,
        y,
        radius: random.uniform(0.014, 0.026),
        strength: random.uniform(40, 170) * (1 - (0.5 * (distance - eye.disc.radius)) / reach),
        softness: 0.9,
        irregularity: 0.1,
        stretch: random.uniform(1.8, 3.4),
        angle: fibreDirection(eye, { x, y }),
      },
      random,
    );
  }
}

/** A flat, slate-grey patch with blurred edges. */
export function drawChoroidalNaevus({ eye, planes, placement, random, grade }: LesionContext): void {
  const place = placeNear(eye, { x: eye.fovea.x, y: random.sign() * 0.35 }, 0.3, random);
  const radius = 0.05 + 0.03 * grade;
  const spot = {
    ...place,
    radius,
    strength: 85,
    softness: 0.85,
    irregularity: 0.045,
    stretch: 1.2,
    angle: 0.5,
  };
  drawSpot(planes.plane('pigment'), placement, spot, random);
}

/** Many creamy bodies floating in the vitreous, out of the retina's plane. */
export function drawAsteroidHyalosis({ eye, planes, placement, random, grade }: LesionContext): void {
  const middle = { x: eye.fovea.x + random.normal(0.2, 0.2), y: random.normal(0, 0.2) };
  for (let i = 0; i < 60 * grade; i++) {
    drawSpot(
      planes.plane('white'),
      placement,
      {
        x: middle.x + random.normal(0, 0.33),
        y: middle.y + random.normal(0, 0.33),
        radius: random.uniform(0.005, 0.013),
        strength: random.uniform(90, 210),
        softness: 0.5,
        irregularity: 0.03,
      },
      random,
    );
  }
}

/** A glistening sheet over the macula, drawn into folds. */
export function drawEpiretinalMembrane({ eye, planes, placement, random, grade }: LesionContext): void {
  const centre = placeNear(eye, eye.fovea, 0.12, random);
  const folds = 12 + 8 * grade;
  for (let i = 0; i < folds; i++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const distance = random.uniform(0.03, 0.2);
    drawSpot(
      planes.plane('white'),
      placement,
      {
        x: centre.x + distance * Math.cos(angle),
        y: centre.y + distance * Math.sin(angle),
        radius: random.uniform(0.014, 0.026),
        strength: random.uniform(18, 32) + 14 * grade,
        softness: 1,
        irregularity: 0.05,
        stretch: random.uniform(8, 18),
        angle: angle + random.normal(0, 0.3),
      },
      random,
    );
  }
  const sheet = { ...centre, radius: 0.17, strength: 10 + 10 * grade, softness: 1, irregularity: 0.12 };
  drawSpot(planes.plane('white'), placement, sheet, random);
}
