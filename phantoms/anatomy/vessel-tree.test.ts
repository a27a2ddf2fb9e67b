import { describe, expect, it } from 'vitest';
import { describePatient } from '../patient/describe-patient.ts';
import { narrowArterioles, nickVeins } from './hypertension.ts';
import type { Vessel } from './vessel.ts';
import { drawVesselTree } from './vessel-tree.ts';

function tree(index: number) {
  const { right, traits } = describePatient({ seed: 'tree', index, defects: { missingEye: 0 } });
  if (right === null) throw new Error('Expected a right eye.');
  return { eye: right.anatomy, traits, vessels: drawVesselTree(right.anatomy, traits) };
}

const meanWidth = (vessels: readonly Vessel[], kind: Vessel['kind']) => {
  const widths = vessels.filter((vessel) => vessel.kind === kind).flatMap((vessel) => vessel.halfWidths);
  return widths.reduce((sum, width) => sum + width, 0) / widths.length;
};

describe('drawVesselTree', () => {
  it('leaves the fovea free of vessels', () => {
    for (let index = 0; index < 20; index++) {
      const { eye, vessels } = tree(index);
      for (const { xs, ys } of vessels) {
        xs.forEach((x, i) => {
          expect(Math.hypot(x - eye.fovea.x, (ys[i] ?? 0) - eye.fovea.y)).toBeGreaterThan(0.06);
        });
      }
    }
  });

  it('tapers every vessel and makes the largest vein wider than the largest artery, about three to two', () => {
    const { vessels } = tree(3);
    for (const { halfWidths } of vessels) {
      halfWidths.slice(1).forEach((width, i) => {
        expect(width).toBeLessThanOrEqual(halfWidths[i] ?? 0);
      });
    }
    const widest = (kind: Vessel['kind']) =>
      Math.max(...vessels.filter((v) => v.kind === kind).map((v) => v.halfWidths[0] ?? 0));
    const ratio = widest('artery') / widest('vein');
    expect(ratio).toBeGreaterThan(0.55);
    expect(ratio).toBeLessThan(0.85);
  });

  it('branches from large vessels down to fine ones', () => {
    for (let index = 0; index < 10; index++) {
      const { vessels } = tree(index);
      expect(vessels.length).toBeGreaterThan(60);
      expect(Math.min(...vessels.flatMap((vessel) => vessel.halfWidths))).toBeLessThan(0.002);
    }
  });

  it('sends arcades above and below the fovea to its temporal side', () => {
    const { eye, vessels } = tree(5);
    for (const side of [-1, 1]) {
      const passes = vessels.some(({ xs, ys, halfWidths }) =>
        xs.some((x, i) => {
          const height = side * ((ys[i] ?? 0) - eye.fovea.y);
          return Math.abs(x - eye.fovea.x) < 0.05 && height > 0.35 && (halfWidths[i] ?? 0) > 0.003;
        }),
      );
      expect(passes).toBe(true);
    }
  });
});

describe('signs of hypertension', () => {
  it('narrow the arteries more with each grade and leave the veins', () => {
    const widths = [1, 2, 3].map((grade) => {
      const { vessels } = tree(1);
      const veins = meanWidth(vessels, 'vein');
      narrowArterioles(vessels, grade);
      expect(meanWidth(vessels, 'vein')).toBe(veins);
      return meanWidth(vessels, 'artery');
    });
    expect(widths[0]).toBeLessThan(meanWidth(tree(1).vessels, 'artery'));
    expect(widths[1]).toBeLessThan(widths[0] ?? 0);
    expect(widths[2]).toBeLessThan(widths[1] ?? 0);
  });

  it('pinch veins at crossings only', () => {
    const { vessels } = tree(1);
    const before = vessels.map((vessel) => [...vessel.halfWidths]);
    nickVeins(vessels, 3);
    const changed = (kind: Vessel['kind']) =>
      vessels.flatMap((vessel, v) =>
        vessel.kind === kind ? vessel.halfWidths.map((width, i) => width !== before[v]?.[i]) : [],
      );
    expect(changed('artery')).not.toContain(true);
    const share = changed('vein').filter(Boolean).length / changed('vein').length;
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.5);
  });
});
