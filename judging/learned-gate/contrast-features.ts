import { blur } from './blur.ts';
import { type FieldView, VIEW_SIZE } from './field-view.ts';
import { sectorMeans } from './sectors.ts';

const BINS = 400;
/** Contrasts beyond this are counted as this. */
const HIGHEST = 0.8;
const SHARES = [0.01, 0.05, 0.25, 0.75, 0.95, 0.99];

const log = (value: number) => Math.log(Math.max(0, value) + 0.001);

/** Percentiles of contrast, as signed logarithms: dark below, bright above. */
function percentiles(plane: Float32Array, inner: Uint8Array): number[] {
  const histogram = new Uint32Array(BINS + 1);
  let count = 0;
  for (let cell = 0; cell < plane.length; cell += 1) {
    if (inner[cell] === 0) continue;
    const place = Math.round(((plane[cell] ?? 0) / HIGHEST + 1) * (BINS / 2));
    const bin = Math.min(BINS, Math.max(0, place));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
    count += 1;
  }
  let bin = 0;
  let below = histogram[0] ?? 0;
  return SHARES.map((share) => {
    while (below < share * count && bin < BINS) {
      bin += 1;
      below += histogram[bin] ?? 0;
    }
    const value = ((bin * 2) / BINS - 1) * HIGHEST;
    return share < 0.5 ? log(-value) : log(value);
  });
}

interface Bands {
  /** Contrast at four widths, the narrowest first, as shares of the level around. */
  readonly bands: readonly Float32Array[];
  /** Smoothed by one cell. */
  readonly smooth: Float32Array;
  readonly around: Float32Array;
}

function bandsOf(plane: Float32Array): Bands {
  const levels = [plane];
  for (const radius of [1, 2, 4, 9]) levels.push(blur(levels.at(-1) ?? plane, radius));
  const around = levels[4] ?? plane;
  const bands = levels.slice(0, 4).map((level, index) => {
    const wider = levels[index + 1] ?? level;
    const band = new Float32Array(level.length);
    for (let cell = 0; cell < band.length; cell += 1)
      band[cell] = ((level[cell] ?? 0) - (wider[cell] ?? 0)) / ((around[cell] ?? 0) + 8);
    return band;
  });
  return { bands, smooth: levels[1] ?? plane, around };
}

/** Steps along a line, and from it to either side, in eight directions: [8, 9] and [8]. */
const LENGTHS = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
const ALONG = new Int32Array(8 * LENGTHS.length);
const ASIDE = new Int32Array(8);
for (let direction = 0; direction < 8; direction += 1) {
  const angle = (direction * Math.PI) / 8;
  for (const [place, length] of LENGTHS.entries())
    ALONG[direction * LENGTHS.length + place] =
      Math.round(length * Math.sin(angle)) * VIEW_SIZE + Math.round(length * Math.cos(angle));
  ASIDE[direction] = Math.round(3 * Math.cos(angle)) * VIEW_SIZE - Math.round(3 * Math.sin(angle));
}

/**
 * How dark a line runs through each second cell: the darkest direction against both of its sides, less the mean of all
 * directions. A vessel is a line, a spot is none. 0 elsewhere.
 */
function darkLines({ smooth, around }: Bands, inner: Uint8Array): Float32Array {
  const lines = new Float32Array(smooth.length);
  for (let row = 8; row < VIEW_SIZE - 8; row += 2) {
    for (let column = 8; column < VIEW_SIZE - 8; column += 2) {
      const cell = row * VIEW_SIZE + column;
      if (inner[cell] === 0) continue;
      let darkest = 0;
      let sum = 0;
      for (let direction = 0; direction < 8; direction += 1) {
        const side = ASIDE[direction] ?? 0;
        const first = direction * 9;
        let line = 0;
        let beside = 0;
        for (let step = first; step < first + 9; step += 1) {
          const place = cell + (ALONG[step] ?? 0);
          line += smooth[place] ?? 0;
          beside += (smooth[place + side] ?? 0) + (smooth[place - side] ?? 0);
        }
        const dark = beside / 2 - line;
        sum += dark;
        if (dark > darkest) darkest = dark;
      }
      lines[cell] = Math.max(0, darkest - sum / 8) / (9 * ((around[cell] ?? 0) + 8));
    }
  }
  return lines;
}

/** Shares of the darkest lines, and how they spread over the sectors. */
function lineFeatures(lines: Float32Array, inner: Uint8Array): number[] {
  const values: number[] = [];
  for (let row = 8; row < VIEW_SIZE - 8; row += 2) {
    for (let column = 8; column < VIEW_SIZE - 8; column += 2) {
      const cell = row * VIEW_SIZE + column;
      if (inner[cell] !== 0) values.push(lines[cell] ?? 0);
    }
  }
  const sorted = Float32Array.from(values).sort();
  const at = (share: number) => log(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return [at(0.5), at(0.75), at(0.9), at(0.95), at(0.99), ...[...sectorMeans(lines, inner)].map(log)];
}

/** Whether edges run in all directions alike: smeared pictures have them along the smear only. */
function directionFeatures({ smooth }: Bands, inner: Uint8Array): number[] {
  let [xx, yy, xy] = [0, 0, 0];
  for (let cell = VIEW_SIZE; cell < smooth.length - VIEW_SIZE; cell += 1) {
    if (inner[cell] === 0) continue;
    const across = (smooth[cell + 1] ?? 0) - (smooth[cell - 1] ?? 0);
    const down = (smooth[cell + VIEW_SIZE] ?? 0) - (smooth[cell - VIEW_SIZE] ?? 0);
    xx += across * across;
    yy += down * down;
    xy += across * down;
  }
  const half = Math.hypot((xx - yy) / 2, xy);
  const total = (xx + yy) / 2 + 1e-6;
  return [half / total];
}

/** The shown cells whose neighbours within the widest line are shown too. */
function innerOf({ shown }: FieldView): Uint8Array {
  const wide = blur(Float32Array.from(shown), 4);
  return shown.map((value, cell) => (value === 1 && (wide[cell] ?? 0) > 0.98 ? 1 : 0));
}

/** Contrast of green and red at four widths, lines, and directions; as a whole and by sectors. */
export function contrastFeatures(view: FieldView): number[] {
  const inner = innerOf(view);
  const green = bandsOf(view.green);
  const red = bandsOf(view.red);
  const sectors = green.bands
    .slice(0, 3)
    .flatMap((band) => [...sectorMeans(band.map(Math.abs), inner)].map(log));
  return [
    ...green.bands.flatMap((band) => percentiles(band, inner)),
    ...red.bands.flatMap((band) => percentiles(band, inner)),
    ...sectors,
    ...lineFeatures(darkLines(green, inner), inner),
    ...directionFeatures(green, inner),
    ...directionFeatures({ ...green, smooth: green.bands[1] ?? green.smooth }, inner),
  ];
}
