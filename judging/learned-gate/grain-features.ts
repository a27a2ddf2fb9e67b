import { INSPECTION_SIZE } from '../square.ts';

const SIZE = INSPECTION_SIZE;
const INNER = 0.85;
/** Blocks of pixels between these sides are looked for. */
const LEAST_BLOCK = 4;
const MOST_BLOCK = 24;

interface Steps {
  /** Mean difference between neighbours, by the line on which the second lies. */
  readonly profile: Float64Array;
  /** Share of neighbours that are equal. */
  readonly equal: number;
  readonly mean: number;
  /** Mean of the differences' squares against the square of their mean: high where few edges hold all. */
  readonly peaked: number;
}

/** @param step to the neighbour: 1 across, 224 down */
function stepsOf(green: Uint8Array, radii: Float32Array | null, step: 1 | typeof SIZE): Steps {
  const sums = new Float64Array(SIZE);
  const counts = new Uint32Array(SIZE);
  let [equal, count, sum, squares] = [0, 0, 0, 0];
  for (let place = step; place < green.length; place += 1) {
    if (radii !== null && (radii[place] ?? 1) >= INNER) continue;
    const line = step === 1 ? place % SIZE : (place - (place % SIZE)) / SIZE;
    if (line === 0) continue;
    const difference = Math.abs((green[place] ?? 0) - (green[place - step] ?? 0));
    if (difference === 0) equal += 1;
    count += 1;
    sum += difference;
    squares += difference * difference;
    sums[line] = (sums[line] ?? 0) + difference;
    counts[line] = (counts[line] ?? 0) + 1;
  }
  const total = Math.max(1, count);
  const mean = sum / total;
  const profile = sums.map((value, line) => value / Math.max(1, counts[line] ?? 0));
  return { profile, equal: equal / total, mean, peaked: squares / total / (mean * mean + 0.1) };
}

/** How strongly a profile repeats itself, at the best distance: blocks of pixels, or of a JPEG, do. */
function repeats(profile: Float64Array): number {
  const used = profile.slice(30, SIZE - 30);
  const mean = used.reduce((sum, value) => sum + value, 0) / used.length;
  const centred = used.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0) + 1e-6;
  let best = 0;
  for (let lag = LEAST_BLOCK; lag <= MOST_BLOCK; lag += 1) {
    let sum = 0;
    for (let place = lag; place < centred.length; place += 1)
      sum += (centred[place] ?? 0) * (centred[place - lag] ?? 0);
    best = Math.max(best, sum / variance);
  }
  return best;
}

/** Grain of the picture itself: equal neighbours, few strong edges, blocks, and a smear across or down. */
export function grainFeatures(green: Uint8Array, radii: Float32Array | null): number[] {
  const across = stepsOf(green, radii, 1);
  const down = stepsOf(green, radii, SIZE);
  return [
    ...[across.equal, down.equal, Math.log(across.peaked), Math.log(down.peaked)],
    ...[Math.log(across.mean + 0.1), Math.log(down.mean + 0.1)],
    Math.abs(Math.log((across.mean + 0.1) / (down.mean + 0.1))),
    ...[repeats(across.profile), repeats(down.profile)],
  ];
}
