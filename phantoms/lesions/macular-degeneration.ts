import { drawSpot } from '../drawing/spot.ts';
import { type LesionContext, placeNear } from './lesion-context.ts';

/** Round yellowish deposits round the fovea: few and small, then many, then large and confluent. */
export function drawDrusen({ eye, planes, placement, random, grade }: LesionContext): void {
  const count = [30, 75, 120][grade - 1] ?? 26;
  const large = [0.01, 0.015, 0.021][grade - 1] ?? 0.012;
  for (let i = 0; i < count; i++) {
    const place = placeNear(eye, eye.fovea, 0.3 + 0.05 * grade, random);
    const size = random.next() ** 2.2;
    drawSpot(
      planes.plane('yellow'),
      placement,
      {
        ...place,
        radius: 0.0045 + size * large,
        strength: random.uniform(55, 115) + 12 * grade,
        softness: 0.7 + 0.3 * size,
        irregularity: 0.1,
        stretch: random.uniform(1, 1.25),
        angle: random.uniform(0, 3),
      },
      random,
    );
  }
}

/** A sharply bounded pale area where the pigment epithelium is lost, with scattered pigment. */
export function drawGeographicAtrophy({ eye, planes, placement, random, grade }: LesionContext): void {
  const radius = [0.07, 0.12, 0.18][grade - 1] ?? 0.07;
  const patches = random.integer(1, 3);
  for (let i = 0; i < patches; i++) {
    const share = i === 0 ? 1 : random.uniform(0.35, 0.6);
    drawSpot(
      planes.plane('yellow'),
      placement,
      {
        x: eye.fovea.x + (i === 0 ? random.normal(0, 0.02) : random.normal(0, radius)),
        y: eye.fovea.y + (i === 0 ? random.normal(0, 0.02) : random.normal(0, radius)),
        radius: radius * share,
        strength: random.uniform(95, 135),
        softness: 0.25,
        irregularity: 0.16,
      },
      random,
    );
  }
  for (let i = 0; i < 6 * grade; i++) {
    const place = placeNear(eye, eye.fovea, radius * 1.5, random);
    const radiusOfClump = random.uniform(0.004, 0.012);
    drawSpot(
      planes.plane('pigment'),
      placement,
      { ...place, radius: radiusOfClump, strength: 120, softness: 0.6, irregularity: 0.25 },
      random,
    );
  }
}
