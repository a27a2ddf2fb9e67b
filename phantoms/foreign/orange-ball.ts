import type { Random } from '../random.ts';

/** A round, shaded, orange object before black: a fundus photograph's outline and colour with nothing inside. */
export function drawOrangeBall(random: Random, height: number): string {
  const red = random.integer(190, 240);
  const green = random.integer(80, 130);
  return [
    `<defs><radialGradient id="shade" cx="${random.uniform(0.35, 0.65)}" cy="${random.uniform(0.35, 0.65)}" r="0.7">`,
    `<stop offset="0" stop-color="rgb(${red},${green},40)"/>`,
    `<stop offset="1" stop-color="rgb(${Math.round(red * 0.6)},${Math.round(green * 0.5)},20)"/></radialGradient></defs>`,
    `<rect width="100" height="${height}" fill="#000"/>`,
    `<circle cx="50" cy="${height / 2}" r="${random.uniform(42, 48)}" fill="url(#shade)"/>`,
  ].join('');
}
