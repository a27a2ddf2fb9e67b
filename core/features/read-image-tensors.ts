import { DamagedShardError } from '../errors.ts';
import type { ImageFeatures } from '../exams/exam-features.ts';
import { FIELDS } from '../exams/field.ts';
import { LATERALITIES } from '../exams/laterality.ts';
import type { Tensor } from '../tensors/safetensors.ts';
import {
  ERASED_ROW,
  IMAGE_FIELD_TENSOR,
  IMAGE_KEY_TENSOR,
  IMAGE_LATERALITY_TENSOR,
  IMAGE_ROW_TENSOR,
  IMAGE_VISUAL_TENSOR,
} from './image-tensors.ts';

/** Images of a shard by the row of their exam. An exam whose primary images are all that it has is not in it. */
export type ImagesOfRows = ReadonlyMap<number, readonly ImageFeatures[]>;

const NONE: ImagesOfRows = new Map();

/** Numbers of one type and shape. @throws DamagedShardError */
function numbersOf<Numbers extends Tensor['data']>(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  type: new (length: number) => Numbers,
  shape: { readonly shard: string; readonly images: number; readonly width: number | null },
): { readonly data: Numbers; readonly width: number } {
  const { shard, images, width } = shape;
  const tensor = tensors.get(name);
  if (!(tensor?.data instanceof type)) throw new DamagedShardError(shard, `"${name}" is missing`);
  const [count, own = 1, ...more] = tensor.shape;
  if (count !== images || more.length > 0 || (width !== null && own !== width))
    throw new DamagedShardError(shard, `"${name}" has another shape than "${IMAGE_ROW_TENSOR}" asks for`);
  return { data: tensor.data, width: own };
}

/**
 * Reads the images of a shard of features, in the order in which they were stored.
 *
 * @param shard its name, for errors
 * @param exams its rows
 * @throws DamagedShardError if tensors of images are missing or contradict each other
 */
export function readImageTensors(
  tensors: ReadonlyMap<string, Tensor>,
  shard: string,
  { exams, embedding }: { readonly exams: number; readonly embedding: number },
): ImagesOfRows {
  const row = tensors.get(IMAGE_ROW_TENSOR);
  if (row === undefined) return NONE;
  const images = row.shape[0] ?? 0;
  const of = { shard, images };
  const rows = numbersOf(tensors, IMAGE_ROW_TENSOR, Int32Array, { ...of, width: 1 }).data;
  const visuals = numbersOf(tensors, IMAGE_VISUAL_TENSOR, Float32Array, { ...of, width: embedding }).data;
  const eyes = numbersOf(tensors, IMAGE_LATERALITY_TENSOR, Uint8Array, { ...of, width: 1 }).data;
  const fields = numbersOf(tensors, IMAGE_FIELD_TENSOR, Uint8Array, { ...of, width: 1 }).data;
  const keys = numbersOf(tensors, IMAGE_KEY_TENSOR, Uint8Array, { ...of, width: null });
  const found = new Map<number, ImageFeatures[]>();
  for (let index = 0; index < images; index += 1) {
    const exam = rows[index] ?? ERASED_ROW;
    if (exam === ERASED_ROW) continue;
    const laterality = LATERALITIES[eyes[index] ?? 0];
    const field = fields[index] === 0 ? null : FIELDS[(fields[index] ?? 0) - 1];
    const key = Buffer.from(keys.data.subarray(index * keys.width, (index + 1) * keys.width));
    const end = key.indexOf(0);
    const image = key.toString('utf8', 0, end === -1 ? key.length : end);
    if (exam < 0 || exam >= exams || laterality === undefined || field === undefined || image === '')
      throw new DamagedShardError(shard, `it does not say what image ${index} is`);
    const visual = visuals.subarray(index * embedding, (index + 1) * embedding);
    const known = found.get(exam);
    if (known === undefined) found.set(exam, [{ image, laterality, field, visual }]);
    else known.push({ image, laterality, field, visual });
  }
  return found;
}
