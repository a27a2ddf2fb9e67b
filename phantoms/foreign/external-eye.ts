import type { Random } from '../random.ts';

/** An eye from outside, as an anterior-segment photograph shows it: lids, sclera, iris, pupil and flash. */
export function drawExternalEye(random: Random, height: number): string {
  const middle = height / 2;
  const iris = random.pick(['#5b3a1e', '#7a5a2c', '#4c7290', '#5f7a4a']);
  const x = random.uniform(44, 56);
  const fibres = Array.from({ length: 140 }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const [inner, outer] = [random.uniform(7, 9), random.uniform(13, 18)];
    return `<line x1="${x + inner * Math.cos(angle)}" y1="${middle + inner * Math.sin(angle)}" x2="${x + outer * Math.cos(angle)}" y2="${middle + outer * Math.sin(angle)}" stroke="${random.chance(0.5) ? '#000' : '#e8d8b0'}" stroke-width="0.3" opacity="0.35"/>`;
  });
  const vessels = Array.from({ length: 24 }, () => {
    const side = random.sign();
    const y = middle + random.uniform(-9, 9);
    const start = 50 + side * random.uniform(34, 40);
    const end = 50 + side * random.uniform(22, 30);
    return `<path d="M ${start} ${y} Q ${(start + end) / 2} ${y + random.uniform(-4, 4)} ${end} ${y + random.uniform(-2, 2)}" stroke="#c2443c" stroke-width="0.25" fill="none" opacity="0.6"/>`;
  });
  const lashes = Array.from({ length: 30 }, (_, i) => {
    const from = 14 + i * 2.5;
    const y = middle - 21 + 0.011 * (from - 50) ** 2;
    return `<path d="M ${from} ${y} q ${random.uniform(-2, 2)} -4 ${(from - 50) * 0.1} -8" stroke="#20140e" stroke-width="0.5" fill="none"/>`;
  });
  return [
    `<rect width="100" height="${height}" fill="#d0a184"/>`,
    `<path d="M 8 ${middle + 4} Q 50 ${middle - 42} 92 ${middle + 4} Q 50 ${middle + 38} 8 ${middle + 4} Z" fill="#efe9e4"/>`,
    ...vessels,
    `<circle cx="${x}" cy="${middle}" r="18" fill="${iris}" stroke="#20180f" stroke-width="1"/>`,
    ...fibres,
    `<circle cx="${x}" cy="${middle}" r="${random.uniform(6, 9)}" fill="#060606"/>`,
    `<circle cx="${x + 4}" cy="${middle - 5}" r="2" fill="#fff"/>`,
    ...lashes,
  ].join('');
}
