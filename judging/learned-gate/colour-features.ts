import type { FieldView } from './field-view.ts';
import { sectorMeans } from './sectors.ts';

const SHARES = [0.02, 0.1, 0.5, 0.9, 0.98];

/** Percentiles of the levels that are shown, 0 to 1. */
function percentiles(plane: Float32Array, shown: Uint8Array, count: number): number[] {
  const histogram = new Uint32Array(256);
  for (let cell = 0; cell < plane.length; cell += 1) {
    if (shown[cell] === 0) continue;
    const level = Math.round(plane[cell] ?? 0);
    histogram[level] = (histogram[level] ?? 0) + 1;
  }
  let level = 0;
  let below = histogram[0] ?? 0;
  return SHARES.map((share) => {
    while (below < share * count && level < 255) {
      level += 1;
      below += histogram[level] ?? 0;
    }
    return level / 255;
  });
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** How one channel follows another: one that follows it wholly is no colour of its own. */
function follows(a: Float32Array, b: Float32Array, shown: Uint8Array, count: number) {
  let [sumA, sumB, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let cell = 0; cell < a.length; cell += 1) {
    if (shown[cell] === 0) continue;
    const x = a[cell] ?? 0;
    const y = b[cell] ?? 0;
    sumA += x;
    sumB += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const total = Math.max(1, count);
  const meanA = sumA / total;
  const meanB = sumB / total;
  const varianceA = Math.max(0, aa / total - meanA * meanA);
  const varianceB = Math.max(0, bb / total - meanB * meanB);
  const covariance = ab / total - meanA * meanB;
  const correlation = covariance / (Math.sqrt(varianceA * varianceB) + 1);
  const rest = Math.sqrt(Math.max(0, varianceB * (1 - correlation * correlation)));
  const first: Moments = { mean: meanA, deviation: Math.sqrt(varianceA) };
  const second: Moments = { mean: meanB, deviation: Math.sqrt(varianceB) };
  return { first, second, correlation, rest };
}

/** Levels, how the channels follow one another, and the colours of each sector. */
export function colourFeatures({ red, green, blue, shown, count }: FieldView): number[] {
  const redGreen = follows(red, green, shown, count);
  const greenBlue = follows(green, blue, shown, count);
  const { first: r, second: g } = redGreen;
  const { second: b } = greenBlue;
  const sum = r.mean + g.mean + b.mean + 3;
  const sectors = [red, green, blue].flatMap((plane, channel) => {
    const mean = [r, g, b][channel]?.mean ?? 0;
    return [...sectorMeans(plane, shown)].map((level) => Math.log((level + 8) / (mean + 8)));
  });
  return [
    ...[red, green, blue].flatMap((plane) => percentiles(plane, shown, count)),
    ...[r, g, b].flatMap(({ mean, deviation }) => [mean / 255, Math.log(mean + 8), deviation / (mean + 8)]),
    ...[redGreen.correlation, greenBlue.correlation],
    ...[Math.log(redGreen.rest + 0.5), Math.log(greenBlue.rest + 0.5)],
    ...[redGreen.rest / (g.mean + 8), greenBlue.rest / (b.mean + 8)],
    ...[(r.mean - g.mean) / sum, (g.mean - b.mean) / sum, r.mean / sum, b.mean / sum],
    ...[Math.log((r.mean + 8) / (g.mean + 8)), Math.log((g.mean + 8) / (b.mean + 8))],
    ...sectors,
    count / shown.length,
  ];
}
