import type { Placement, Plane } from './plane.ts';

/** How dark a stroke is across its width: `round` like a tube filled with blood, `flat` the same from edge to edge. */
export type Profile = 'round' | 'flat';

/** A line of varying width, in field radii. All three lists are equally long. */
export interface Line {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly halfWidths: readonly number[];
}

/** One end of a segment, in pixels. */
interface End {
  readonly x: number;
  readonly y: number;
  readonly half: number;
  /** Value at the line's centre, 0 to 255. */
  readonly strength: number;
}

/**
 * Draws a line; where it overlaps what is there, the higher value stays.
 *
 * @param strength value at the line's centre, 0 to 255, for a half width in field radii
 */
export function drawStroke(
  plane: Plane,
  placement: Placement,
  { xs, ys, halfWidths }: Line,
  strength: (halfWidth: number) => number,
  profile: Profile,
): void {
  const { scale, centre, mirror } = placement;
  const ends = xs.map((x, index): End => {
    const half = halfWidths[index] ?? 0;
    return {
      x: centre + mirror * x * scale,
      y: centre + (ys[index] ?? 0) * scale,
      half: half * scale,
      strength: strength(half),
    };
  });
  for (const [index, to] of ends.entries()) {
    const from = ends[index - 1];
    if (from === undefined || (from.strength <= 0 && to.strength <= 0)) continue;
    drawSegment(plane, from, to, profile);
  }
}

function drawSegment(plane: Plane, from: End, to: End, profile: Profile): void {
  const { x: x0, y: y0 } = from;
  const { x: x1, y: y1 } = to;
  const { size, values } = plane;
  // A line thinner than a pixel is drawn a pixel wide and fainter.
  const drawn0 = Math.max(0.5, from.half);
  const drawn1 = Math.max(0.5, to.half);
  const peak0 = (from.strength * from.half) / drawn0;
  const peak1 = (to.strength * to.half) / drawn1;
  const margin = Math.max(drawn0, drawn1) + 1;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - margin));
  const right = Math.min(size - 1, Math.ceil(Math.max(x0, x1) + margin));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - margin));
  const bottom = Math.min(size - 1, Math.ceil(Math.max(y0, y1) + margin));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const farthest = (Math.max(drawn0, drawn1) + 0.5) ** 2;
  const squared = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / squared));
      const offX = x - x0 - along * dx;
      const offY = y - y0 - along * dy;
      const distanceSquared = offX * offX + offY * offY;
      if (distanceSquared > farthest) continue;
      const half = drawn0 + along * (drawn1 - drawn0);
      const distance = Math.sqrt(distanceSquared);
      const cover = half - distance + 0.5;
      if (cover <= 0) continue;
      const across = Math.min(1, distance / half);
      const depth = profile === 'round' ? 1 - 0.55 * across * across : 1;
      const value = (peak0 + along * (peak1 - peak0)) * depth * Math.min(1, cover);
      const at = y * size + x;
      if (value > (values[at] ?? 0)) values[at] = value;
    }
  }
}
