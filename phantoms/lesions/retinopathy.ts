import { drawSpot } from '../drawing/spot.ts';
import { fibreDirection, type LesionContext, placeNear } from './lesion-context.ts';

/** Small, sharp red dots in the posterior pole. */
export function drawMicroaneurysms({ eye, planes, placement, random, grade }: LesionContext): void {
  const count = Math.round(([0, 6, 18, 38][grade] ?? 0) * random.uniform(0.7, 1.3));
  for (let i = 0; i < count; i++) {
    const place = placeNear(eye, { x: eye.fovea.x + 0.1, y: eye.fovea.y }, 0.7, random);
    const radius = random.uniform(0.004, 0.0085);
    const strength = random.uniform(130, 215);
    drawSpot(
      planes.plane('blood'),
      placement,
      { ...place, radius, strength, softness: 0.7, irregularity: 0.05 },
      random,
    );
  }
}

/** Dot and blot haemorrhages, and from grade 2 on flames along the nerve fibres. */
export function drawHaemorrhages({ eye, planes, placement, random, grade }: LesionContext): void {
  const count = Math.round(([0, 4, 13, 30][grade] ?? 0) * random.uniform(0.7, 1.3));
  for (let i = 0; i < count; i++) {
    const place = placeNear(eye, eye.fovea, 0.85, random);
    const flame = random.chance(0.08 + 0.08 * grade);
    drawSpot(
      planes.plane('blood'),
      placement,
      {
        ...place,
        radius: random.uniform(0.009, 0.017) * (random.chance(0.25) ? random.uniform(1.2, 1.9) : 1),
        strength: random.uniform(150, 240),
        softness: random.uniform(0.4, 0.8),
        irregularity: 0.11,
        stretch: flame ? random.uniform(2.5, 4.5) : random.uniform(1, 1.5),
        angle: flame ? fibreDirection(eye, place) : random.uniform(0, 3),
      },
      random,
    );
  }
}

/** Waxy yellow deposits with sharp edges: in clusters, and as rings round a leaking spot. */
export function drawHardExudates({ eye, planes, placement, random, grade }: LesionContext): void {
  const groups = [1, 2, 4][grade - 1] ?? 1;
  for (let group = 0; group < groups; group++) {
    const middle = placeNear(eye, eye.fovea, 0.42, random);
    const ring = random.chance(0.45);
    const reach = random.uniform(0.05, 0.1) * (0.8 + 0.2 * grade);
    const count = random.integer(8, 14) + 7 * grade;
    for (let i = 0; i < count; i++) {
      const angle = random.uniform(0, ring ? 4.8 : 2 * Math.PI);
      const distance = ring ? reach * random.normal(1, 0.12) : reach * random.next() ** 0.8;
      drawSpot(
        planes.plane('yellow'),
        placement,
        {
          x: middle.x + distance * Math.cos(angle),
          y: middle.y + distance * Math.sin(angle),
          radius: random.uniform(0.003, 0.009) * (random.chance(0.2) ? 1.8 : 1),
          strength: random.uniform(150, 250),
          softness: 0.35,
          irregularity: 0.22,
          stretch: random.uniform(1, 1.7),
          angle: random.uniform(0, 3),
        },
        random,
      );
    }
  }
}

/** Fluffy white patches in the nerve fibre layer near the disc and the arcades. */
export function drawCottonWoolSpots({ eye, planes, placement, random, grade }: LesionContext): void {
  const count = Math.round(([0, 2, 5, 9][grade] ?? 0) * random.uniform(0.8, 1.25));
  for (let i = 0; i < count; i++) {
    const place = placeNear(eye, { x: eye.disc.x - 0.2, y: eye.disc.y }, 0.6, random);
    const along = fibreDirection(eye, place) + Math.PI / 2;
    const radius = random.uniform(0.022, 0.042);
    // Overlapping tufts make the feathered edge.
    for (let tuft = 0; tuft < 5; tuft++) {
      const offset = random.normal(0, radius * 0.55);
      drawSpot(
        planes.plane('white'),
        placement,
        {
          x: place.x + offset * Math.cos(along) + random.normal(0, radius * 0.15),
          y: place.y + offset * Math.sin(along) + random.normal(0, radius * 0.15),
          radius: radius * random.uniform(0.5, 0.8),
          strength: random.uniform(110, 195),
          softness: 1,
          irregularity: 0.12,
          stretch: random.uniform(1.1, 1.7),
          angle: along,
        },
        random,
      );
    }
  }
}
