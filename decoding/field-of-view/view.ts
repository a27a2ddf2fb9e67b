/** Side of the square in which a field is sought, in cells. */
export const VIEW_SIZE = 224;

/** A picture in memory. */
export interface Raster {
  /** RGB, interleaved, rows from the top: uint8 [height, width, 3]. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, in its pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The channels of a square, each uint8 [224, 224]. */
export interface Channels {
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
  /** The brightest channel of each cell: retina is red, its surround black in all three. */
  readonly brightest: Uint8Array;
}

/** Samples of a cell in each direction: enough that noise and single hot pixels do not light a cell. */
const SAMPLES = 2;

/** Where the samples along one axis lie: [224 · 2]. */
function placesOf(begin: number, length: number, most: number): Int32Array {
  const step = length / (VIEW_SIZE * SAMPLES);
  return Int32Array.from({ length: VIEW_SIZE * SAMPLES }, (_, index) =>
    Math.min(most - 1, Math.max(0, Math.floor(begin + (index + 0.5) * step))),
  );
}

/** A window of a picture, squashed to a square of cells: the mean of 2 × 2 samples each. */
export function viewOf({ pixels, width, height }: Raster, window: Window): Channels {
  const columns = placesOf(window.left, window.width, width);
  const rows = placesOf(window.top, window.height, height);
  const channels = [0, 1, 2].map(() => new Uint8Array(VIEW_SIZE * VIEW_SIZE));
  const [red, green, blue] = channels as [Uint8Array, Uint8Array, Uint8Array];
  const brightest = new Uint8Array(VIEW_SIZE * VIEW_SIZE);
  const samples = SAMPLES * SAMPLES;
  for (let y = 0; y < VIEW_SIZE; y += 1) {
    for (let x = 0; x < VIEW_SIZE; x += 1) {
      let [r, g, b] = [0, 0, 0];
      for (let down = 0; down < SAMPLES; down += 1) {
        const row = (rows[y * SAMPLES + down] ?? 0) * width;
        for (let across = 0; across < SAMPLES; across += 1) {
          const at = (row + (columns[x * SAMPLES + across] ?? 0)) * 3;
          r += pixels[at] ?? 0;
          g += pixels[at + 1] ?? 0;
          b += pixels[at + 2] ?? 0;
        }
      }
      const cell = y * VIEW_SIZE + x;
      red[cell] = r / samples;
      green[cell] = g / samples;
      blue[cell] = b / samples;
      brightest[cell] = Math.max(r, g, b) / samples;
    }
  }
  return { red, green, blue, brightest };
}
