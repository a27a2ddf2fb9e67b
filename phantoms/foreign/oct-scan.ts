import type { Random } from '../random.ts';

/** A cross-section of the macula by optical coherence tomography: grey layers with a foveal pit. */
export function drawOctScan(random: Random, height: number): string {
  const pit = random.uniform(42, 58);
  const tilt = random.uniform(-0.08, 0.08);
  const surface = (x: number, depth: number) =>
    height * 0.38 +
    tilt * (x - 50) +
    depth +
    Math.max(0, 1 - depth / 14) * 7 * Math.exp(-(((x - pit) / 9) ** 2));
  const layer = (from: number, to: number, grey: number) => {
    const xs = Array.from({ length: 51 }, (_, i) => i * 2);
    const top = xs.map((x) => `${x},${surface(x, from).toFixed(2)}`);
    const bottom = xs.toReversed().map((x) => `${x},${surface(x, to).toFixed(2)}`);
    return `<polygon points="${[...top, ...bottom].join(' ')}" fill="rgb(${grey},${grey},${grey})"/>`;
  };
  const speckles = Array.from({ length: 2500 }, () => {
    const x = random.uniform(0, 100);
    const grey = random.integer(0, 230);
    return `<rect x="${x}" y="${surface(x, random.uniform(-2, 26))}" width="0.6" height="0.4" fill="rgb(${grey},${grey},${grey})" opacity="0.3"/>`;
  });
  return [
    `<rect width="100" height="${height}" fill="#0d0d0d"/>`,
    layer(0, 2, 190),
    layer(2, 6, 120),
    layer(6, 8, 80),
    layer(8, 10, 130),
    layer(10, 14, 55),
    layer(14, 15, 170),
    layer(15, 17, 230),
    layer(17, 26, 90),
    ...speckles,
  ].join('');
}
