import { describe, expect, it } from 'vitest';
import { type Ellipse, fitEllipse, normalizedRadius } from './ellipse.ts';

const SIZE = 224;

/** Points of an outline, from an angle on, over a share of the turn. */
function outlineOf({ x, y, radiusX, radiusY }: Ellipse, count: number, share = 1) {
  return Array.from({ length: count }, (_, index) => {
    const angle = 1 + (2 * Math.PI * share * index) / count;
    return { x: x + radiusX * Math.cos(angle), y: y + radiusY * Math.sin(angle) };
  });
}

describe('an ellipse through points', () => {
  it.each<[string, Ellipse, number, number]>([
    ['whole', { x: 112, y: 110, radiusX: 100, radiusY: 90 }, 200, 1],
    ['of which a quarter is seen', { x: 60, y: 150, radiusX: 140, radiusY: 120 }, 80, 0.25],
    ['of no more points than it needs', { x: 100, y: 120, radiusX: 30, radiusY: 50 }, 4, 0.9],
  ])('is found: %s', (_, ellipse, count, share) => {
    const found = fitEllipse(outlineOf(ellipse, count, share), SIZE);
    for (const [name, value] of Object.entries(ellipse)) {
      expect(Math.abs((found?.[name as keyof Ellipse] ?? 0) - value)).toBeLessThan(1e-9 * SIZE);
    }
  });

  it('lies between points that are off it, and says how far each is', () => {
    const ellipse = { x: 112, y: 112, radiusX: 80, radiusY: 60 };
    const points = outlineOf(ellipse, 100).map(({ x, y }, index) => ({ x: x + (index % 2 ? 1 : -1), y }));
    const found = fitEllipse(points, SIZE) ?? ellipse;
    expect(found.radiusX).toBeCloseTo(80, 0);
    expect(found.radiusY).toBeCloseTo(60, 0);
    expect(normalizedRadius(found, found.x + found.radiusX, found.y)).toBeCloseTo(1, 12);
    expect(normalizedRadius(found, found.x, found.y - 2 * found.radiusY)).toBeCloseTo(2, 12);
  });

  it('is none where the points determine none', () => {
    expect(fitEllipse([], SIZE)).toBeNull();
    expect(fitEllipse(outlineOf({ x: 112, y: 112, radiusX: 50, radiusY: 50 }, 3), SIZE)).toBeNull();
    const line = Array.from({ length: 50 }, (_, index) => ({ x: 112 + index, y: 112 }));
    expect(fitEllipse(line, SIZE)).toBeNull();
    const hyperbola = Array.from({ length: 50 }, (_, index) => ({
      x: 112 + 30 * Math.cosh((index - 25) / 10),
      y: 112 + 30 * Math.sinh((index - 25) / 10),
    }));
    expect(fitEllipse(hyperbola, SIZE)).toBeNull();
  });
});
