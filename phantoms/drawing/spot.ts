import type { Random } from '../random.ts';
import type { Placement, Plane } from './plane.ts';

/** One spot on the retina. Lengths in field radii. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Value in its middle, 0 to 255. */
  readonly strength: number;
  /** Width of its edge as a share of the radius: 0.1 is sharp, 1 fades from the middle on. */
  readonly softness: number;
  /** How far the outline strays from a circle, as a share of the radius. */
  readonly irregularity: number;
  /** Length over breadth; 1 if not given. */
  readonly stretch?: number;
  /** Direction of the length in radians. */
  readonly angle?: number;
}

/** Draws a spot; where it overlaps what is there, the higher value stays. */
export function drawSpot(plane: Plane, placement: Placement, spot: Spot, random: Random): void {
  const { size, values } = plane;
  const { scale, mirror } = placement;
  const phases = [2, 3, 5, 7].map((count) => ({
    count,
    phase: random.uniform(0, 2 * Math.PI),
    amplitude: (random.normal(0, spot.irregularity) * 1.4) / Math.sqrt(count),
  }));
  const stretch = Math.sqrt(spot.stretch ?? 1);
  const cos = Math.cos(spot.angle ?? 0);
  const sin = Math.sin(spot.angle ?? 0);
  const centreX = placement.centre + mirror * spot.x * scale;
  const centreY = placement.centre + spot.y * scale;
  const radius = Math.max(0.6, spot.radius * scale);
  const strength = spot.strength * Math.min(1, (spot.radius * scale) / 0.6);
  const edge = Math.max(spot.softness, 0.8 / radius);
  const reach = radius * (1 + spot.irregularity * 2.5) * stretch * (1 + edge) + 1;
  const [left, right] = [
    Math.max(0, Math.floor(centreX - reach)),
    Math.min(size - 1, Math.ceil(centreX + reach)),
  ];
  const [top, bottom] = [
    Math.max(0, Math.floor(centreY - reach)),
    Math.min(size - 1, Math.ceil(centreY + reach)),
  ];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const dx = (mirror * (x - centreX)) / radius;
      const dy = (y - centreY) / radius;
      const u = (dx * cos + dy * sin) / stretch;
      const v = (dy * cos - dx * sin) * stretch;
      let distance = Math.sqrt(u * u + v * v);
      if (spot.irregularity > 0 && radius > 1.5) {
        const angle = Math.atan2(v, u);
        let outline = 1;
        for (const wave of phases) outline += wave.amplitude * Math.cos(wave.count * angle + wave.phase);
        distance /= Math.max(0.3, outline);
      }
      const share = Math.max(0, Math.min(1, (1 + edge / 2 - distance) / edge));
      const value = strength * share * share * (3 - 2 * share);
      const at = y * size + x;
      if (value > (values[at] ?? 0)) values[at] = value;
    }
  }
}
