import { percentileBin } from '../decoding/field-of-view/percentile.ts';
import { smooth } from './box-mean.ts';
import type { Field } from './field.ts';
import { INSPECTION_SIZE, type Planes } from './square.ts';

/** What the picture shows inside of its field. Levels are 0 to 255, shares 0 to 1. */
export interface Retina {
  /** Mean levels. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** Share of pixels that are nearly black. */
  readonly dark: number;
  /** Share of pixels whose green is burnt out. */
  readonly burnt: number;
  /** Share of pixels with a colour that retina can have: red ≥ green ≥ blue, or grey. */
  readonly retinal: number;
  /** Mean of red less green: no photograph of a retina in colour is grey. */
  readonly redness: number;
  /** Contrast of the sharpest edges (disc, vessels) in green, in percent of its mean: 97th percentile, noise smoothed. */
  readonly sharpness: number;
  /** Finest contrast of most of the picture, in the same measure: mostly the sensor's noise. */
  readonly noise: number;
  /** Contrast of structures as wide as vessels and wider, in the same measure. */
  readonly structure: number;
}

/** Pixels nearer to the edge than this show the camera's edge, not the retina. */
const INNER = 0.85;
const BINS_PER_LEVEL = 32;

/** What each photograph is measured with, one after the other: planes of its own for each would have to be collected. */
const INSIDE = new Uint32Array(INSPECTION_SIZE * INSPECTION_SIZE);
const [PLANE, FINE, COARSER, COARSE] = Array.from({ length: 4 }, () => new Float32Array(INSIDE.length)) as [
  Float32Array,
  Float32Array,
  Float32Array,
  Float32Array,
];
const HISTOGRAM = new Uint32Array(64 * BINS_PER_LEVEL);

/** A percentile of the absolute differences of two planes at the pixels of {@link INSIDE}. */
function difference(a: Float32Array, b: Float32Array, pixels: number, share: number): number {
  HISTOGRAM.fill(0);
  for (let place = 0; place < pixels; place += 1) {
    const index = INSIDE[place] ?? 0;
    const bin = Math.floor(Math.abs((a[index] ?? 0) - (b[index] ?? 0)) * BINS_PER_LEVEL);
    const bounded = Math.min(bin, HISTOGRAM.length - 1);
    HISTOGRAM[bounded] = (HISTOGRAM[bounded] ?? 0) + 1;
  }
  return (percentileBin(HISTOGRAM, share) + 0.5) / BINS_PER_LEVEL;
}

/** Measures colour, exposure and sharpness inside of the field, away from its edge. */
export function measureRetina(planes: Planes, { radii }: Pick<Field, 'radii'>): Retina {
  let pixels = 0;
  let red = 0;
  let green = 0;
  let blue = 0;
  let dark = 0;
  let burnt = 0;
  let retinal = 0;
  for (let index = 0; index < radii.length; index += 1) {
    if ((radii[index] ?? 1) >= INNER) continue;
    const r = planes.red[index] ?? 0;
    const g = planes.green[index] ?? 0;
    const b = planes.blue[index] ?? 0;
    INSIDE[pixels] = index;
    pixels += 1;
    red += r;
    green += g;
    blue += b;
    if (r < 30 && g < 30) dark += 1;
    if (g >= 250) burnt += 1;
    if (r + 8 >= g && g + 8 >= b) retinal += 1;
  }
  const count = Math.max(1, pixels);
  PLANE.set(planes.green);
  smooth(PLANE, 1, FINE);
  // Eight levels of offset keep a nearly black picture's noise from counting as contrast.
  const level = green / count + 8;
  return {
    red: red / count,
    green: green / count,
    blue: blue / count,
    dark: dark / count,
    burnt: burnt / count,
    retinal: retinal / count,
    redness: (red - green) / count,
    sharpness: (100 * difference(FINE, smooth(PLANE, 2, COARSER), pixels, 0.97)) / level,
    noise: (100 * difference(PLANE, FINE, pixels, 0.5)) / level,
    structure: (100 * difference(FINE, smooth(FINE, 6, COARSE), pixels, 0.5)) / level,
  };
}
