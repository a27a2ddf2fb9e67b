import { withoutWhiteFrame } from '../../decoding/field-of-view/white-frame.ts';
import { findField } from '../../judging/field.ts';
import { planesOf, type Square } from '../../judging/square.ts';

export const SIDE = 224;

/** RGB, interleaved, levels 0 to 255: float32 [224, 224, 3]. */
export type Picture = Float32Array;

export function pictureOf(pixels: Uint8Array): Picture {
  return Float32Array.from(pixels);
}

export function pixelsOf(picture: Picture): Uint8Array {
  return Uint8Array.from(picture, (value) => Math.round(Math.min(255, Math.max(0, value))));
}

/** Colour of each place by a function of its coordinates, 0 to 223. */
export function drawn(colour: (x: number, y: number) => readonly [number, number, number]): Picture {
  const picture = new Float32Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1) {
      const place = (y * SIDE + x) * 3;
      const [r, g, b] = colour(x, y);
      picture[place] = r;
      picture[place + 1] = g;
      picture[place + 2] = b;
    }
  return picture;
}

/** A picture whose colours are made of another's. */
export function mapped(
  source: Picture,
  colour: (r: number, g: number, b: number, x: number, y: number) => readonly [number, number, number],
): Picture {
  return drawn((x, y) => {
    const place = (y * SIDE + x) * 3;
    return colour(source[place] ?? 0, source[place + 1] ?? 0, source[place + 2] ?? 0, x, y);
  });
}

/** One place of a picture between its pixels; black outside. */
export function sampled(source: Picture, x: number, y: number): [number, number, number] {
  const left = Math.floor(x);
  const above = Math.floor(y);
  if (left < 0 || above < 0 || left >= SIDE - 1 || above >= SIDE - 1) return [0, 0, 0];
  const right = x - left;
  const lower = y - above;
  const place = (above * SIDE + left) * 3;
  const below = place + SIDE * 3;
  const [a, b, c, d] = [(1 - right) * (1 - lower), right * (1 - lower), (1 - right) * lower, right * lower];
  const level = (channel: number) =>
    a * (source[place + channel] as number) +
    b * (source[place + channel + 3] as number) +
    c * (source[below + channel] as number) +
    d * (source[below + channel + 3] as number);
  return [level(0), level(1), level(2)];
}

/** Gaussian blur with the deviation in pixels. */
export function blurred(source: Picture, deviation: number): Picture {
  if (deviation < 0.2) return source;
  const radius = Math.ceil(deviation * 2.5);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * deviation * deviation)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const along = (from: Picture, step: number): Picture => {
    const to = new Float32Array(from.length);
    for (let offset = -radius; offset <= radius; offset += 1) {
      const weight = (weights[offset + radius] ?? 0) / sum;
      for (let y = 0; y < SIDE; y += 1) {
        const row = step === 1 ? y : Math.min(SIDE - 1, Math.max(0, y + offset));
        for (let x = 0; x < SIDE; x += 1) {
          const column = step === 1 ? Math.min(SIDE - 1, Math.max(0, x + offset)) : x;
          const own = (y * SIDE + x) * 3;
          const other = (row * SIDE + column) * 3;
          to[own] = (to[own] as number) + weight * (from[other] as number);
          to[own + 1] = (to[own + 1] as number) + weight * (from[other + 1] as number);
          to[own + 2] = (to[own + 2] as number) + weight * (from[other + 2] as number);
        }
      }
    }
    return to;
  };
  return along(along(source, 1), SIDE);
}

/** The field of view of a photograph: its ellipse, and how far each pixel is from its middle; `null` if there is none. */
export function fieldOf(picture: Picture) {
  const square: Square = { pixels: pixelsOf(picture), width: SIDE, height: SIDE };
  return findField(withoutWhiteFrame(planesOf(square)), square);
}
