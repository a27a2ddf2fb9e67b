import { LuDecomposition, Matrix } from 'ml-matrix';

/** An upright ellipse, in pixels. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Distance from the centre, 1 on the outline. */
export function normalizedRadius(ellipse: Ellipse, x: number, y: number): number {
  const across = (x - ellipse.x) / ellipse.radiusX;
  const down = (y - ellipse.y) / ellipse.radiusY;
  return Math.sqrt(across * across + down * down);
}

/** Coefficients of an upright ellipse. */
const UNKNOWNS = 4;
/** Below this pivot the points determine no ellipse. */
const LEAST_PIVOT = 1e-12;

/**
 * Fits an upright ellipse by least squares of `a x² + b y² + c x + d y = 1`.
 *
 * @param size side of the square that the points lie in, in pixels
 * @returns `null` where the points determine no ellipse
 */
export function fitEllipse(points: readonly Point[], size: number): Ellipse | null {
  const half = size / 2;
  const normal = new Float64Array(UNKNOWNS * UNKNOWNS);
  const sums = new Float64Array(UNKNOWNS);
  for (const point of points) {
    const x = (point.x - half) / half;
    const y = (point.y - half) / half;
    const terms = [x * x, y * y, x, y];
    for (let row = 0; row < UNKNOWNS; row += 1) {
      const term = terms[row] ?? 0;
      sums[row] = (sums[row] ?? 0) + term;
      for (let column = 0; column < UNKNOWNS; column += 1) {
        const place = row * UNKNOWNS + column;
        normal[place] = (normal[place] ?? 0) + term * (terms[column] ?? 0);
      }
    }
  }
  const factors = new LuDecomposition(Matrix.from1DArray(UNKNOWNS, UNKNOWNS, normal));
  if (factors.upperTriangularMatrix.diag().some((pivot) => Math.abs(pivot) < LEAST_PIVOT)) return null;
  const [a = 0, b = 0, c = 0, d = 0] = factors.solve(Matrix.columnVector(sums)).to1DArray();
  if (a <= 0 || b <= 0) return null;
  const x = -c / (2 * a);
  const y = -d / (2 * b);
  const scale = 1 + a * x * x + b * y * y;
  return {
    x: half + x * half,
    y: half + y * half,
    radiusX: Math.sqrt(scale / a) * half,
    radiusY: Math.sqrt(scale / b) * half,
  };
}
