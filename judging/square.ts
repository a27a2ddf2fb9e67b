import { VIEW_SIZE } from '../decoding/field-of-view/view.ts';

/** Side of the square on which quality is judged, in pixels. */
export const INSPECTION_SIZE = VIEW_SIZE;

/** A photograph squashed to a square, with the size it had. */
export interface Square {
  /** RGB, interleaved: uint8 [224, 224, 3]. */
  readonly pixels: Uint8Array;
  /** Of the photograph, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** The square's channels, each uint8 [224, 224]. */
export interface Planes {
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
  /** The brightest channel of each pixel: the retina is red, and its surround is black in all three. */
  readonly brightest: Uint8Array;
}

export function planesOf({ pixels }: Square): Planes {
  const length = pixels.length / 3;
  const red = new Uint8Array(length);
  const green = new Uint8Array(length);
  const blue = new Uint8Array(length);
  const brightest = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) {
    const r = pixels[index * 3] ?? 0;
    const g = pixels[index * 3 + 1] ?? 0;
    const b = pixels[index * 3 + 2] ?? 0;
    red[index] = r;
    green[index] = g;
    blue[index] = b;
    brightest[index] = Math.max(r, g, b);
  }
  return { red, green, blue, brightest };
}
