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

/** Solves a 4 × 4 system with right-hand side by elimination with pivots; `null` if it is singular. */
function solve(rows: number[][]): number[] | null {
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const top = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = top;
    const head = top[column] ?? 0;
    if (Math.abs(head) < 1e-12) return null;
    for (let row = 0; row < size; row += 1) {
      const current = rows[row];
      if (row === column || current === undefined) continue;
      const factor = (current[column] ?? 0) / head;
      for (let k = column; k <= size; k += 1) current[k] = (current[k] ?? 0) - factor * (top[k] ?? 0);
    }
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

/**
 * Fits an upright ellipse by least squares of `a x² + b y² + c x + d y = 1`.
 *
 * @returns `null` where the points lie on no ellipse
 */
export function fitEllipse(points: readonly Point[], size: number): Ellipse | null {
  const half = size / 2;
  const system = Array.from({ length: 4 }, () => new Array<number>(5).fill(0));
  for (const point of points) {
    const x = (point.x - half) / half;
    const y = (point.y - half) / half;
    const terms = [x * x, y * y, x, y];
    for (let row = 0; row < 4; row += 1) {
      const target = system[row];
      if (target === undefined) continue;
      for (let column = 0; column < 4; column += 1) {
        target[column] = (target[column] ?? 0) + (terms[row] ?? 0) * (terms[column] ?? 0);
      }
      target[4] = (target[4] ?? 0) + (terms[row] ?? 0);
    }
  }
  const solution = solve(system);
  if (solution === null) return null;
  const [a = 0, b = 0, c = 0, d = 0] = solution;
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
