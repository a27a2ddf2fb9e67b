import { Occupancy } from './occupancy.ts';
import type { Vessel } from './vessel.ts';

/** Narrows all arteries, and each in places more than in others. */
export function narrowArterioles(vessels: readonly Vessel[], grade: number): void {
  for (const { kind, halfWidths } of vessels) {
    if (kind !== 'artery') continue;
    for (let i = 0; i < halfWidths.length; i++) {
      const spasm = 0.05 * grade * Math.max(0, Math.sin(i * 0.35));
      halfWidths[i] = (halfWidths[i] ?? 0) * (1 - 0.13 * grade - spasm);
    }
  }
}

/** Pinches each vein where an artery of some size crosses it (Gunn's sign). */
export function nickVeins(vessels: readonly Vessel[], grade: number): void {
  const arteries = new Occupancy();
  vessels.forEach(({ kind, xs, ys, halfWidths }, number) => {
    if (kind !== 'artery') return;
    for (let i = 0; i < xs.length; i++) {
      if ((halfWidths[i] ?? 0) > 0.0025) arteries.claim(xs[i] ?? 0, ys[i] ?? 0, number);
    }
  });
  for (const { kind, xs, ys, halfWidths } of vessels) {
    if (kind !== 'vein') continue;
    const crossed = xs.map((x, i) => arteries.ownerAt(x, ys[i] ?? 0) !== -1);
    for (let i = 0; i < halfWidths.length; i++) {
      const near = [0, 1, 2].find((far) => crossed[i - far] || crossed[i + far]);
      if (near !== undefined)
        halfWidths[i] = (halfWidths[i] ?? 0) * (1 - (0.12 + 0.18 * grade) * (1 - near * 0.3));
    }
  }
}
