import { FIELDS } from '../exams/field.ts';
import { LATERALITIES } from '../exams/laterality.ts';
import type { BatchedExam } from '../ports/feature-store.ts';
import type { Tensor } from '../tensors/safetensors.ts';

/** Every tensor of images begins so: its first dimension counts images, while that of all others counts exams. */
export const IMAGE_TENSOR_PREFIX = 'image_';

/** Of which exam each image is, int32 [images]: the exam's row. */
export const IMAGE_ROW_TENSOR = 'image_row';

/** The row of an image whose exam has been erased. */
export const ERASED_ROW = -1;

/** `visual` of each image, float32 [images, embedding]. */
export const IMAGE_VISUAL_TENSOR = 'image_visual';

/** Which eye each image shows, uint8 [images]: a place in `LATERALITIES`. */
export const IMAGE_LATERALITY_TENSOR = 'image_laterality';

/** What each image is centred on, uint8 [images]: a place in `FIELDS` counted from 1; 0 where it is unknown. */
export const IMAGE_FIELD_TENSOR = 'image_field';

/** Key of each image in UTF-8, uint8 [images, bytes], filled up with zeros. In a tensor, so that an erasure reaches it. */
export const IMAGE_KEY_TENSOR = 'image_key';

/**
 * Tensors of the images of those exams that have more of them than one of each eye. A batch without such an exam has none,
 * and its shard is that of one image an eye.
 *
 * @param embedding channels of each vector
 */
export function imageTensorsOf(exams: readonly BatchedExam[], embedding: number): Record<string, Tensor> {
  const images = exams.flatMap(({ images: own = [] }, row) => own.map((image) => ({ ...image, row })));
  const count = images.length;
  if (count === 0) return {};
  const keys = images.map(({ image }) => Buffer.from(image));
  const longest = Math.max(...keys.map(({ length }) => length));
  const visual = new Float32Array(count * embedding);
  const key = new Uint8Array(count * longest);
  images.forEach((image, index) => {
    visual.set(image.visual, index * embedding);
    key.set(keys[index] ?? [], index * longest);
  });
  const laterality = Uint8Array.from(images, (image) => LATERALITIES.indexOf(image.laterality));
  const field = Uint8Array.from(images, (image) =>
    image.field === null ? 0 : FIELDS.indexOf(image.field) + 1,
  );
  return {
    [IMAGE_ROW_TENSOR]: { data: Int32Array.from(images, ({ row }) => row), shape: [count] },
    [IMAGE_VISUAL_TENSOR]: { data: visual, shape: [count, embedding] },
    [IMAGE_LATERALITY_TENSOR]: { data: laterality, shape: [count] },
    [IMAGE_FIELD_TENSOR]: { data: field, shape: [count] },
    [IMAGE_KEY_TENSOR]: { data: key, shape: [count, longest] },
  };
}
