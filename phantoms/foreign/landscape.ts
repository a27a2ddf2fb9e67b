import type { Random } from '../random.ts';

function ridge(random: Random, base: number, rise: number, height: number, colour: string): string {
  const phases = [random.uniform(0, 6), random.uniform(0, 6), random.uniform(0, 6)];
  const points = Array.from({ length: 51 }, (_, i) => {
    const x = i * 2;
    const wave = Math.sin(x * 0.06 + (phases[0] ?? 0)) + 0.5 * Math.sin(x * 0.17 + (phases[1] ?? 0));
    return `${x},${(base - rise * (wave + 0.2 * Math.sin(x * 0.7 + (phases[2] ?? 0)))).toFixed(2)}`;
  });
  return `<polygon points="0,${height} ${points.join(' ')} 100,${height}" fill="${colour}"/>`;
}

/** Sky, sun, ridges of hills and trees. */
export function drawLandscape(random: Random, height: number): string {
  const trees = Array.from({ length: 40 }, () => {
    const x = random.uniform(0, 100);
    const y = random.uniform(height * 0.75, height);
    const size = random.uniform(2, 6) * (y / height);
    const green = `rgb(${random.integer(20, 50)},${random.integer(70, 120)},${random.integer(20, 60)})`;
    return `<polygon points="${x},${y - 2 * size} ${x - size / 2},${y} ${x + size / 2},${y}" fill="${green}"/>`;
  });
  return [
    '<defs><linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="#4a86d0"/><stop offset="1" stop-color="#dfeaf5"/></linearGradient></defs>',
    `<rect width="100" height="${height}" fill="url(#sky)"/>`,
    `<circle cx="${random.uniform(15, 85)}" cy="${random.uniform(8, 18)}" r="4" fill="#fff6d8"/>`,
    ridge(random, height * 0.5, 6, height, '#7c8ea8'),
    ridge(random, height * 0.63, 5, height, '#5d7f5a'),
    ridge(random, height * 0.78, 3, height, '#3e6b34'),
    ...trees,
  ].join('');
}
