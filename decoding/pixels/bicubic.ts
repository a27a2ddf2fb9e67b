import type { Raster } from '../field-of-view/view.ts';

/** Bits behind the point of PIL's weights for pictures of 8 bits (`Resample.c`). */
const PRECISION_BITS = 22;
const ONE = 1 << PRECISION_BITS;
const HALF = 1 << (PRECISION_BITS - 1);

/** Catmull-Rom, a = -0.5 (Keys, IEEE Trans. ASSP 29, 1981). */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** What the pixels of one axis are made of. */
interface Weights {
  readonly first: Int32Array;
  /** Of each pixel, one behind the other: [to · taps]. */
  readonly weights: Int32Array;
  readonly taps: number;
}

/** Weights of an axis: the kernel is widened where the axis shrinks, so that it is antialiased. */
function weightsOf(from: number, to: number): Weights {
  const scale = from / to;
  const width = Math.max(1, scale);
  const support = 2 * width;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const weights = new Int32Array(to * taps);
  for (let index = 0; index < to; index += 1) {
    const centre = (index + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const raw = Array.from({ length: end - begin }, (_, at) =>
      cubic((at + begin - centre + 0.5) * (1 / width)),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    first[index] = begin;
    for (const [at, weight] of raw.entries()) {
      const share = sum === 0 ? weight : weight / sum;
      weights[index * taps + at] = Math.trunc((share < 0 ? -0.5 : 0.5) + share * ONE);
    }
  }
  return { first, weights, taps };
}

function clipped(sum: number): number {
  const level = sum >> PRECISION_BITS;
  return level < 0 ? 0 : level > 255 ? 255 : level;
}

function alongRows({ pixels, width, height }: Raster, to: number): Raster {
  const { first, weights, taps } = weightsOf(width, to);
  const result = new Uint8Array(to * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < to; x += 1) {
      const begin = first[x] ?? 0;
      const count = Math.min(taps, width - begin);
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = HALF;
        let at = (y * width + begin) * 3 + channel;
        for (let tap = 0; tap < count; tap += 1, at += 3)
          sum += (pixels[at] ?? 0) * (weights[x * taps + tap] ?? 0);
        result[(y * to + x) * 3 + channel] = clipped(sum);
      }
    }
  }
  return { pixels: result, width: to, height };
}

function downColumns({ pixels, width, height }: Raster, to: number): Raster {
  const { first, weights, taps } = weightsOf(height, to);
  const stride = width * 3;
  const result = new Uint8Array(stride * to);
  for (let y = 0; y < to; y += 1) {
    const begin = first[y] ?? 0;
    const count = Math.min(taps, height - begin);
    for (let x = 0; x < stride; x += 1) {
      let sum = HALF;
      for (let tap = 0; tap < count; tap += 1) {
        sum += (pixels[(begin + tap) * stride + x] ?? 0) * (weights[y * taps + tap] ?? 0);
      }
      result[y * stride + x] = clipped(sum);
    }
  }
  return { pixels: result, width, height: to };
}

/**
 * Resizes a picture to a square by antialiased bicubic interpolation: to the bit what Pillow's
 * `resize((side, side), BICUBIC)` gives, up to Pillow 12: rows first, weights of 22 bits, levels rounded between the passes.
 * (Pillow 13 takes columns first where that is less work, and so differs by rounding.)
 *
 * It is exact and plain; large pictures are shrunk by libvips, which is many times faster and within 0.2 levels of it.
 * libvips enlarges with another phase, 0.375 pixels off, so small pictures are for this.
 *
 * @param side in pixels
 * @returns uint8 [side, side, 3]
 */
export function bicubicSquare(picture: Raster, side: number): Uint8Array {
  const narrow = picture.width === side ? picture : alongRows(picture, side);
  return (narrow.height === side ? narrow : downColumns(narrow, side)).pixels;
}
