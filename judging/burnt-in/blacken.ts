import sharp from 'sharp';
import type { Picture } from '../../decoding/index.ts';
import { type BrightPlane, FIELD_SIDE, type FieldOfView } from './field-of-view.ts';

/** The brightest channel of a small copy, in which the field is sought. */
export async function brightPlane({ pixels, width, height }: Picture): Promise<BrightPlane> {
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(FIELD_SIDE, FIELD_SIDE, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const brightness = new Uint8Array(info.width * info.height);
  for (let index = 0; index < brightness.length; index += 1) {
    const at = index * 3;
    brightness[index] = Math.max(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
  }
  return { brightness, width: info.width, height: info.height };
}

/** First and last column to keep of each row of a picture, between the rows of the small copy. */
export function keptColumns(
  { begin, end }: FieldOfView,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): { readonly from: Int32Array; readonly to: Int32Array } {
  const [from, to] = [new Int32Array(height).fill(width), new Int32Array(height)];
  for (let y = 0; y < height; y += 1) {
    const place = ((y + 0.5) * begin.length) / height - 0.5;
    const above = Math.max(0, Math.floor(place));
    const below = Math.min(begin.length - 1, above + 1);
    const share = Math.min(1, Math.max(0, place - above));
    const at = (edge: Float64Array, kept: (a: number, b: number) => number) => {
      const [a = 0, b = 0] = [edge[above], edge[below]];
      // Where only one of both rows is kept, it stands for both.
      return Number.isFinite(a) && Number.isFinite(b) ? a + share * (b - a) : kept(a, b);
    };
    const [first, last] = [at(begin, Math.min) * width, at(end, Math.max) * width];
    if (!(first < last)) continue;
    from[y] = Math.max(0, Math.floor(first));
    to[y] = Math.min(width, Math.ceil(last));
  }
  return { from, to };
}

/** The picture with nothing but black outside of its field of view. */
export function blackenOutside(picture: Picture, field: FieldOfView): Uint8Array {
  const { pixels, width, height } = picture;
  const { from, to } = keptColumns(field, picture);
  const kept = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y += 1) {
    const [begin, end] = [(y * width + (from[y] ?? 0)) * 3, (y * width + (to[y] ?? 0)) * 3];
    if (begin < end) kept.set(pixels.subarray(begin, end), begin);
  }
  return kept;
}

/** So much brighter than plain surround is something: less is noise of the sensor or of a JPEG. */
const SOMETHING = 16;

/** Whether anything but plain surround lies outside of the field. */
export function isSomethingOutside({ brightness, width, height }: BrightPlane, field: FieldOfView): boolean {
  const { from, to } = keptColumns(field, { width, height });
  return brightness.some((value, index) => {
    if (value <= field.level + SOMETHING) return false;
    const [x, y] = [index % width, Math.floor(index / width)];
    return x < (from[y] ?? 0) || x >= (to[y] ?? 0);
  });
}
