import type { Point } from '../../decoding/field-of-view/ellipse.ts';
import type { Mask } from './mask.ts';

/** A convex outline, counter-clockwise. */
export type Hull = readonly Point[];

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Half of a hull: the points are sorted along it. */
function chain(points: readonly Point[]): Point[] {
  const half: Point[] = [];
  for (const point of points) {
    while (half.length >= 2 && turn(half.at(-2) as Point, half.at(-1) as Point, point) <= 0) half.pop();
    half.push(point);
  }
  half.pop();
  return half;
}

/** The convex hull of the marked pixels' corners (Andrew's monotone chain, 1979); empty if none is marked. */
export function convexHull({ marked, width, height }: Mask): Hull {
  const points: Point[] = [];
  for (let y = 0; y < height; y += 1) {
    const row = marked.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    const end = row.lastIndexOf(1) + 1;
    points.push({ x: first, y }, { x: end, y }, { x: first, y: y + 1 }, { x: end, y: y + 1 });
  }
  points.sort((a, b) => a.x - b.x || a.y - b.y);
  return [...chain(points), ...chain(points.toReversed())];
}

/** Where a convex outline begins and ends in each row, at its middle: `begin >= end` where it is not. */
export function spansOf(
  hull: Hull,
  height: number,
): { readonly begin: Float64Array; readonly end: Float64Array } {
  const begin = new Float64Array(height).fill(Number.POSITIVE_INFINITY);
  const end = new Float64Array(height).fill(Number.NEGATIVE_INFINITY);
  for (const [index, from] of hull.entries()) {
    const to = hull[(index + 1) % hull.length] as Point;
    const [above, below] = from.y <= to.y ? [from, to] : [to, from];
    for (let y = Math.max(0, Math.ceil(above.y - 0.5)); y < height && y + 0.5 <= below.y; y += 1) {
      const share = below.y === above.y ? 0 : (y + 0.5 - above.y) / (below.y - above.y);
      const x = above.x + share * (below.x - above.x);
      begin[y] = Math.min(begin[y] ?? x, x);
      end[y] = Math.max(end[y] ?? x, x);
    }
  }
  return { begin, end };
}

export function hullArea(hull: Hull): number {
  let twice = 0;
  for (const [index, { x, y }] of hull.entries()) {
    const next = hull[(index + 1) % hull.length] as Point;
    twice += x * next.y - next.x * y;
  }
  return Math.abs(twice) / 2;
}

/** Points along a hull, about a pixel apart. */
export function alongHull(hull: Hull): Point[] {
  return hull.flatMap((from, index) => {
    const to = hull[(index + 1) % hull.length] as Point;
    const steps = Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y)));
    return Array.from({ length: steps }, (_, step) => ({
      x: from.x + ((to.x - from.x) * step) / steps,
      y: from.y + ((to.y - from.y) * step) / steps,
    }));
  });
}

/** The hull with so many pixels around it: each corner moved by the margin in sixteen directions. */
export function widened(hull: Hull, margin: number): Hull {
  const points = hull.flatMap(({ x, y }) =>
    Array.from({ length: 16 }, (_, step) => {
      const angle = (step * Math.PI) / 8;
      return { x: x + margin * Math.cos(angle), y: y + margin * Math.sin(angle) };
    }),
  );
  points.sort((a, b) => a.x - b.x || a.y - b.y);
  return [...chain(points), ...chain(points.toReversed())];
}
