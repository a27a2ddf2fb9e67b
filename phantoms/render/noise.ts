import { Random } from '../random.ts';

const SIDE = 256;
const MASK = SIDE - 1;

function smoothTile(values: Float32Array, radius: number): Float32Array {
  let from = values;
  for (const [stepX, stepY] of [
    [1, 0],
    [0, 1],
  ] as const) {
    const to = new Float32Array(values.length);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) {
          const weight = radius + 1 - Math.abs(k);
          sum += weight * (from[((y + k * stepY) & MASK) * SIDE + ((x + k * stepX) & MASK)] ?? 0);
        }
        to[y * SIDE + x] = sum;
      }
    }
    from = to;
  }
  return from;
}

/** A seamless tile of smooth random values with mean 0 and deviation 1. */
function makeTile(name: string, radius: number): Float32Array {
  const random = new Random('noise-tile', name);
  const white = Float32Array.from({ length: SIDE * SIDE }, () => random.normal());
  const tile = smoothTile(white, radius);
  const mean = tile.reduce((sum, value) => sum + value, 0) / tile.length;
  const deviation = Math.sqrt(tile.reduce((sum, value) => sum + (value - mean) ** 2, 0) / tile.length);
  return tile.map((value) => (value - mean) / deviation);
}

/** Smooth noise with features about two units wide, the same in every run. */
const tile = makeTile('smooth', 1);

/**
 * Smooth noise at a place: mean 0, deviation a little below 1, features about two units wide, repeating after 256.
 */
export function noiseAt(x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = x - column;
  const fy = y - row;
  const x0 = column & MASK;
  const x1 = (column + 1) & MASK;
  const y0 = (row & MASK) * SIDE;
  const y1 = ((row + 1) & MASK) * SIDE;
  const top = (tile[y0 + x0] ?? 0) * (1 - fx) + (tile[y0 + x1] ?? 0) * fx;
  const bottom = (tile[y1 + x0] ?? 0) * (1 - fx) + (tile[y1 + x1] ?? 0) * fx;
  return top * (1 - fy) + bottom * fy;
}

/** Sums `octaves` noises, each of half the size and `fall` of the strength of the one before. */
export function fractalNoise(x: number, y: number, octaves: number, fall = 0.5): number {
  let sum = 0;
  let strength = 1;
  let frequency = 1;
  for (let i = 0; i < octaves; i++) {
    // Each octave is turned, so that no grid shows.
    const turnedX = (0.8 * x - 0.6 * y) * frequency;
    const turnedY = (0.6 * x + 0.8 * y) * frequency;
    sum += strength * (i & 1 ? noiseAt(turnedX + 37 * i, turnedY) : noiseAt(turnedY, turnedX + 91 * i));
    strength *= fall;
    frequency *= 2;
  }
  return sum;
}

/** White noise, mean 0 and deviation 1, in a list that is read from a random start for each row of a sensor. */
export const SENSOR_NOISE: Float32Array = (() => {
  const random = new Random('noise-tile', 'sensor');
  return Float32Array.from({ length: 1 << 16 }, () => random.normal());
})();
