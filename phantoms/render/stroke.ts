import type { Placement, Plane } from './plane.ts';

/** How dark a stroke is across its width: `round` as a tube filled with blood, `flat` alike from edge to edge. */
export type Profile = 'round' | 'flat';

/**
 * Draws a line of varying width; where it overlaps what is there, the higher value stays.
 *
 * @param widths half widths in field radii, one for each point
 * @param strength value at the line's centre, 0 to 255
 */
export function drawStroke(
  plane: Plane,
  placement: Placement,
  xs: readonly number[],
  ys: readonly number[],
  widths: readonly number[],
  strength: (halfWidth: number) => number,
  profile: Profile,
): void {
  const { scale, centre, mirror } = placement;
  for (let i = 1; i < xs.length; i++) {
    const from = widths[i - 1] ?? 0;
    const to = widths[i] ?? 0;
    const strengthFrom = strength(from);
    const strengthTo = strength(to);
    if (strengthFrom <= 0 && strengthTo <= 0) continue;
    drawSegment(
      plane,
      centre + mirror * (xs[i - 1] ?? 0) * scale,
      centre + (ys[i - 1] ?? 0) * scale,
      centre + mirror * (xs[i] ?? 0) * scale,
      centre + (ys[i] ?? 0) * scale,
      from * scale,
      to * scale,
      strengthFrom,
      strengthTo,
      profile,
    );
  }
}

function drawSegment(
  plane: Plane,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  half0: number,
  half1: number,
  strength0: number,
  strength1: number,
  profile: Profile,
): void {
  const { size, values } = plane;
  // A line thinner than a pixel is drawn a pixel wide and fainter.
  const drawn0 = Math.max(0.5, half0);
  const drawn1 = Math.max(0.5, half1);
  const peak0 = (strength0 * half0) / drawn0;
  const peak1 = (strength1 * half1) / drawn1;
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
