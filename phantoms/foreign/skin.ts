import type { Random } from '../random.ts';

/** Skin with the features of a face out of focus: brows, eyes, nose and mouth. */
export function drawSkin(random: Random, height: number): string {
  const tone = random.uniform(0.45, 1);
  const colour = (factor: number) =>
    `rgb(${Math.round(232 * tone * factor)},${Math.round(184 * tone * factor)},${Math.round(154 * tone * factor)})`;
  const pores = Array.from({ length: 500 }, () => {
    const shade = colour(random.uniform(0.85, 1.05));
    return `<circle cx="${random.uniform(0, 100)}" cy="${random.uniform(0, height)}" r="${random.uniform(0.2, 0.9)}" fill="${shade}" opacity="0.5"/>`;
  });
  const feature = (x: number, y: number, rx: number, ry: number, fill: string) =>
    `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" filter="url(#soft)"/>`;
  return [
    '<defs><filter id="soft"><feGaussianBlur stdDeviation="1.4"/></filter>',
    `<radialGradient id="light" cx="${random.uniform(0.35, 0.65)}" cy="0.4"><stop offset="0" stop-color="${colour(1.08)}"/><stop offset="1" stop-color="${colour(0.6)}"/></radialGradient></defs>`,
    `<rect width="100" height="${height}" fill="url(#light)"/>`,
    ...pores,
    ...[30, 70].flatMap((x) => [
      feature(x, 32, 13, 2, '#3a2a20'),
      feature(x, 42, 9, 4, '#eee6e0'),
      feature(x, 42, 4, 4, '#3a2618'),
    ]),
    feature(50, 60, 8, 3, colour(0.7)),
    feature(50, 77, 16, 4, '#a2504c'),
  ].join('');
}
