import {
  headerOfFile,
  MalformedTensorsError,
  type TensorPlace,
  type TensorsHeader,
} from '../tensors/safetensors-header.ts';
import { ERASED_ROW, IMAGE_ROW_TENSOR, IMAGE_TENSOR_PREFIX } from './image-tensors.ts';

/** Writes zeros over one row of a tensor. @returns whether there was anything else before */
function blank(data: Uint8Array, { begin, end, shape, name }: TensorPlace, row: number): boolean {
  const [rows = 0] = shape;
  if (row >= rows) throw new MalformedTensorsError(`tensor "${name}" has no row ${row}`);
  const bytes = (end - begin) / rows;
  const place = data.subarray(begin + row * bytes, begin + (row + 1) * bytes);
  const held = place.some((byte) => byte !== 0);
  place.fill(0);
  return held;
}

/** Takes an exam's images out. They belong to no exam afterwards. @returns whether there were any */
function blankImages(data: Uint8Array, tensors: TensorsHeader['tensors'], row: number): boolean {
  const ofImages = [...tensors.values()].filter(({ name }) => name.startsWith(IMAGE_TENSOR_PREFIX));
  const rows = tensors.get(IMAGE_ROW_TENSOR);
  if (rows === undefined) {
    if (ofImages.length > 0) throw new MalformedTensorsError('it does not say of which exams its images are');
    return false;
  }
  const { type, begin, end, shape } = rows;
  if (type !== 'I32' || shape.length !== 1)
    throw new MalformedTensorsError(`tensor "${rows.name}" does not count exams`);
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  let changed = false;
  for (let image = 0; image < view.byteLength / 4; image += 1) {
    if (view.getInt32(4 * image, true) !== row) continue;
    for (const tensor of ofImages) blank(data, tensor, image);
    view.setInt32(4 * image, ERASED_ROW, true);
    changed = true;
  }
  return changed;
}

/**
 * Writes zeros over one exam's row in every tensor of a shard of features, and over all its images. The other rows stay
 * where they are, so that what refers to them stays true.
 *
 * @param shard a safetensors file whose tensors' first dimension counts exams, or images where the name begins with `image_`
 * @returns the changed copy, or `null` if the row is all zeros already
 * @throws MalformedTensorsError if the shard is damaged or has no such row
 */
export function eraseRow(shard: Uint8Array, row: number): Uint8Array | null {
  const { tensors, dataFrom } = headerOfFile(shard);
  const copy = Uint8Array.from(shard);
  const data = copy.subarray(dataFrom);
  let changed = false;
  for (const tensor of tensors.values()) {
    if (tensor.name.startsWith(IMAGE_TENSOR_PREFIX)) continue;
    if (blank(data, tensor, row)) changed = true;
  }
  if (blankImages(data, tensors, row)) changed = true;
  return changed ? copy : null;
}
