/**
 * Evenly distributed whole numbers from a seed: sfc32 (Doty-Humphrey, PractRand). The same seed gives the same
 * numbers on every machine.
 *
 * @param seed a whole number
 * @returns a function giving numbers from 0 to `below` − 1
 */
export function seededIndices(seed: number): (below: number) => number {
  let [a, b, c, counter] = [seed | 0, Math.trunc(seed / 2 ** 32) | 0, 0x9e3779b9, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 16; round += 1) next();
  return (below) => Math.floor((next() / 2 ** 32) * below);
}
