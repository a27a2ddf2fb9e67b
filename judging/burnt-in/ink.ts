import sharp from 'sharp';
import type { Picture } from '../../decoding/index.ts';

/** Colours that a camera writes in and a retina does not have, each against what lies around. */
export const INKS = ['pale', 'green', 'dark', 'red'] as const;

/** Ink in a picture. */
export interface Ink {
  /** Of each pixel: 0 for none, else one more than its place in {@link INKS}. */
  readonly kinds: Uint8Array;
  /** How far each pixel stands out from what lies around, in the channel that its ink shows best: 0 to 255. */
  readonly contrast: Uint8Array;
  /** Of the picture: uint8 [height, width, 3]. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The channel in which each of {@link INKS} shows best: 0 red, 1 green, 2 blue. */
export const INK_CHANNELS = [2, 1, 0, 1] as const;

/** Longer side of the copy in which strokes are smoothed away, and the window that does it. */
const BACKGROUND_SIDE = 128;
const BACKGROUND_WINDOW = 7;

const LEAST_RISE = 38;
const DARK = { share: 0.5, leastAround: 70 } as const;
const RED = { leastRed: 180, greenShare: 0.35, leastAround: 60 } as const;

/** What lies around each place: a small copy whose strokes a median has taken away. */
async function surroundings({ pixels, width, height }: Picture) {
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(BACKGROUND_SIDE, BACKGROUND_SIDE, { fit: 'inside', kernel: 'linear' })
    .median(BACKGROUND_WINDOW)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { around: data, columns: info.width, rows: info.height };
}

/**
 * Marks what may be ink: white, grey, blue and other colours with more blue than a retina has; green and yellow; black;
 * pure red.
 */
export async function findInk(picture: Picture): Promise<Ink> {
  const { pixels, width, height } = picture;
  const { around, columns, rows } = await surroundings(picture);
  const kinds = new Uint8Array(width * height);
  const contrast = new Uint8Array(width * height);
  const columnOf = Uint16Array.from({ length: width }, (_, x) => Math.floor((x * columns) / width) * 3);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * rows) / height) * columns * 3;
    for (let x = 0; x < width; x += 1) {
      const [index, near] = [y * width + x, row + (columnOf[x] ?? 0)];
      const red = pixels[index * 3] ?? 0;
      const green = pixels[index * 3 + 1] ?? 0;
      const blue = pixels[index * 3 + 2] ?? 0;
      const aroundRed = around[near] ?? 0;
      const aroundGreen = around[near + 1] ?? 0;
      const aroundBlue = around[near + 2] ?? 0;
      if (blue - aroundBlue >= LEAST_RISE) {
        kinds[index] = 1;
        contrast[index] = blue - aroundBlue;
      } else if (green - aroundGreen >= LEAST_RISE) {
        kinds[index] = 2;
        contrast[index] = green - aroundGreen;
      } else if (
        aroundRed >= DARK.leastAround &&
        red <= DARK.share * aroundRed &&
        green <= DARK.share * aroundRed &&
        blue <= DARK.share * aroundRed
      ) {
        kinds[index] = 3;
        contrast[index] = aroundRed - red;
      } else if (
        red >= RED.leastRed &&
        aroundGreen >= RED.leastAround &&
        green <= RED.greenShare * aroundGreen
      ) {
        kinds[index] = 4;
        contrast[index] = aroundGreen - green;
      }
    }
  }
  return { kinds, contrast, pixels, width, height };
}
