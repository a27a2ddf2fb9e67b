import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('repeats its stream for the same key and differs for any other', () => {
    const draw = (...key: (string | number)[]) => {
      const random = new Random(...key);
      return Array.from({ length: 8 }, () => random.next());
    };
    expect(draw('a', 1)).toEqual(draw('a', 1));
    const streams = [draw('a', 1), draw('a', 2), draw('b', 1), draw('a', '1'), draw('a1'), draw(1, 'a')];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
  });

  it('forks a stream that does not depend on what was drawn before', () => {
    const fresh = new Random('key').fork('part').next();
    const used = new Random('key');
    used.next();
    expect(used.fork('part').next()).toBe(fresh);
  });

  it('spreads its draws as their names say', () => {
    const random = new Random('spread');
    const normals = Array.from({ length: 5000 }, () => random.normal(10, 2));
    const mean = normals.reduce((sum, value) => sum + value, 0) / normals.length;
    const variance = normals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / normals.length;
    expect(mean).toBeCloseTo(10, 0);
    expect(Math.sqrt(variance)).toBeCloseTo(2, 0);
    expect(Math.max(...normals)).toBeLessThanOrEqual(16);
    const hits = Array.from({ length: 5000 }, () => random.chance(0.2)).filter(Boolean).length;
    expect(hits / 5000).toBeCloseTo(0.2, 1);
    expect(new Set(Array.from({ length: 200 }, () => random.integer(3, 5)))).toEqual(new Set([3, 4, 5]));
    expect(random.pick(['rare', 'sure'], [0, 1])).toBe('sure');
  });
});
