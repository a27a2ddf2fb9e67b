/** One value, 0 to 255, for each pixel of a square picture, row by row. */
export class Plane {
  readonly size: number;
  readonly values: Uint8Array;

  constructor(size: number) {
    this.size = size;
    this.values = new Uint8Array(size * size);
  }
}

/** Where the points of a retina fall in a picture. */
export interface Placement {
  /** Centre of the field in pixels. */
  readonly centre: number;
  /** Pixels per field radius. */
  readonly scale: number;
  /** -1 mirrors x. */
  readonly mirror: 1 | -1;
}

/** Places the field in a square picture of `size` pixels. */
export function placeField(size: number, fieldRadius: number, mirror: 1 | -1): Placement {
  return { centre: size / 2 - 0.5, scale: fieldRadius * size, mirror };
}
