import { type Ellipse, fitEllipse, normalizedRadius, type Point } from './ellipse.ts';

/** Points within so much of the outline lie on it. */
const ON_OUTLINE = 0.02;
/** Circles that are tried, each through three of the points. */
const TRIES = 160;
/** Points that each try is held to. */
const HELD_TO = 240;
/** An ellipse counts where it explains so many times more of the outline: each circle is nearly one by chance. */
const BETTER_THAN_CIRCLE = 1.08;
const LEAST_POINTS = 16;
/**
 * A radius is at most so many times the longer side of what is lit: of a square that a frame cuts out of a larger circle,
 * no corner is dark.
 */
const MOST_OF_LIT = 0.75;

/** The circle through three points; `null` where they lie on a line. */
function circleThrough(a: Point, b: Point, c: Point): Ellipse | null {
  const [bx, by, cx, cy] = [b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y];
  const cross = 2 * (bx * cy - by * cx);
  if (Math.abs(cross) < 1e-6) return null;
  const [bb, cc] = [bx * bx + by * by, cx * cx + cy * cy];
  const x = (cy * bb - by * cc) / cross;
  const y = (bx * cc - cx * bb) / cross;
  const radius = Math.hypot(x, y);
  return { x: a.x + x, y: a.y + y, radiusX: radius, radiusY: radius };
}

/** The circle with the least sum of squares of `(p - c)² - r²` (Kåsa, IEEE Trans. Instrum. Meas. 25, 1976). */
function fitCircle(points: readonly Point[]): Ellipse | null {
  const count = points.length;
  let [meanX, meanY] = [0, 0];
  for (const { x, y } of points) [meanX, meanY] = [meanX + x / count, meanY + y / count];
  let [uu, vv, uv, uz, vz, z] = [0, 0, 0, 0, 0, 0];
  for (const point of points) {
    const [u, v] = [point.x - meanX, point.y - meanY];
    const square = u * u + v * v;
    [uu, vv, uv, z] = [uu + u * u, vv + v * v, uv + u * v, z + square];
    [uz, vz] = [uz + u * square, vz + v * square];
  }
  const determinant = uu * vv - uv * uv;
  if (Math.abs(determinant) < 1e-9 * Math.max(uu * vv, 1)) return null;
  const x = (uz * vv - vz * uv) / (2 * determinant);
  const y = (vz * uu - uz * uv) / (2 * determinant);
  const radius = Math.sqrt(x * x + y * y + z / count);
  return { x: meanX + x, y: meanY + y, radiusX: radius, radiusY: radius };
}

/** How many points lie on an outline. */
function countOn(points: readonly Point[], { x, y, radiusX, radiusY }: Ellipse): number {
  const [least, most] = [(1 - ON_OUTLINE) ** 2, (1 + ON_OUTLINE) ** 2];
  let count = 0;
  for (const point of points) {
    const [across, down] = [(point.x - x) / radiusX, (point.y - y) / radiusY];
    const square = across * across + down * down;
    if (square >= least && square <= most) count += 1;
  }
  return count;
}

const lieOn = (points: readonly Point[], ellipse: Ellipse): readonly Point[] =>
  points.filter(({ x, y }) => Math.abs(normalizedRadius(ellipse, x, y) - 1) <= ON_OUTLINE);

/** Numbers that look random and are the same for every picture (Lehmer's generator). */
function numbers(): (below: number) => number {
  let state = 48_271;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/**
 * How many points lie on a circle.
 *
 * @param xs of the points; `ys` of the same
 * @param least once it is sure that no more than so many do, 0 is given
 */
function countOnCircle(xs: Float64Array, ys: Float64Array, circle: Ellipse, least: number): number {
  const { x, y, radiusX, radiusY } = circle;
  const [inner, outer] = [(1 - ON_OUTLINE) ** 2, (1 + ON_OUTLINE) ** 2];
  let off = xs.length - least;
  for (let index = 0; index < xs.length; index += 1) {
    const across = ((xs[index] ?? 0) - x) / radiusX;
    const down = ((ys[index] ?? 0) - y) / radiusY;
    const square = across * across + down * down;
    if (square >= inner && square <= outer) continue;
    off -= 1;
    if (off <= 0) return 0;
  }
  return off + least;
}

/** The circle on which most of the points lie, whatever the others do (RANSAC; Fischler and Bolles 1981). */
function commonCircle(points: readonly Point[], mostRadius: number): Ellipse | null {
  const next = numbers();
  const step = Math.max(1, points.length / HELD_TO);
  const heldTo = Math.min(points.length, HELD_TO);
  const held = Array.from({ length: heldTo }, (_, index) => points[Math.floor(index * step)] as Point);
  const xs = Float64Array.from(held, ({ x }) => x);
  const ys = Float64Array.from(held, ({ y }) => y);
  const pick = () => points[next(points.length)] as Point;
  let best: Ellipse | null = null;
  let most = 0;
  for (let index = 0; index < TRIES; index += 1) {
    const circle = circleThrough(pick(), pick(), pick());
    if (circle === null || circle.radiusX > mostRadius || circle.radiusX < mostRadius / 40) continue;
    const on = countOnCircle(xs, ys, circle, most);
    if (on > most) [best, most] = [circle, on];
  }
  return best;
}

/** Fits again to what lies on the outline. */
function refined(
  points: readonly Point[],
  start: Ellipse,
  fitTo: (on: readonly Point[]) => Ellipse | null,
): Ellipse {
  let ellipse = start;
  for (let round = 0; round < 3; round += 1) {
    const on = lieOn(points, ellipse);
    const fitted = on.length >= LEAST_POINTS ? fitTo(on) : null;
    if (fitted === null) break;
    ellipse = fitted;
  }
  return ellipse;
}

/** The ellipse of points, wherever they lie: the plain fit needs its origin within the ellipse. */
function ellipseAround(points: readonly Point[]): Ellipse | null {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = Math.max(right - left, bottom - top, 1);
  const [shiftX, shiftY] = [(left + right - size) / 2, (top + bottom - size) / 2];
  const fitted = fitEllipse(
    points.map(({ x, y }) => ({ x: x - shiftX, y: y - shiftY })),
    size,
  );
  return fitted && { ...fitted, x: fitted.x + shiftX, y: fitted.y + shiftY };
}

/** The ellipse of a picture that was squashed: fitted again and again without the points farthest off. */
function trimmedEllipse(points: readonly Point[]): Ellipse | null {
  let kept = points;
  let ellipse: Ellipse | null = null;
  for (let round = 0; round < 4 && kept.length >= LEAST_POINTS; round += 1) {
    const fitted = ellipseAround(kept);
    if (fitted === null) return ellipse;
    ellipse = fitted;
    const errors = Float64Array.from(kept, ({ x, y }) => Math.abs(normalizedRadius(fitted, x, y) - 1));
    const limit = Math.max(ON_OUTLINE, errors.toSorted()[Math.floor(0.85 * kept.length)] ?? 0);
    kept = kept.filter((_, index) => (errors[index] ?? 1) <= limit);
  }
  return ellipse && refined(points, ellipse, ellipseAround);
}

/** A round outline, and the share of the points that lie on it. */
export interface RoundOutline {
  readonly ellipse: Ellipse;
  readonly roundness: number;
}

/**
 * The circle of an outline; or an upright ellipse, where that explains clearly more of it: somebody squashed the picture.
 *
 * @param points without straight cuts, in pixels of the photograph
 * @param lit longer side of the region that they bound
 * @returns `null` where the points determine none
 */
export function roundOutline(points: readonly Point[], lit: number): RoundOutline | null {
  if (points.length < LEAST_POINTS) return null;
  const common = commonCircle(points, MOST_OF_LIT * lit);
  const circle = common && refined(points, common, fitCircle);
  const ellipse = trimmedEllipse(points);
  const onCircle = circle === null ? 0 : countOn(points, circle);
  const onEllipse = ellipse === null ? 0 : countOn(points, ellipse);
  const chosen = onEllipse > BETTER_THAN_CIRCLE * onCircle ? ellipse : circle;
  if (chosen === null || Math.min(chosen.radiusX, chosen.radiusY) > MOST_OF_LIT * lit) return null;
  return { ellipse: chosen, roundness: countOn(points, chosen) / points.length };
}
