import { createHash } from 'node:crypto';
import type { ActiveModel } from '../models/active-model.ts';
import type { ExamKey } from './exam-key.ts';
import type { EyeImages, ImageVersion } from './image-version.ts';

function versionOf(image: ImageVersion | null): readonly (string | null)[] | null {
  return image === null ? null : [image.key, image.versionId, image.sha256];
}

/**
 * Names one piece of screening work by everything that its result depends on. The same work has the same id however
 * often it is asked for, so a redelivery finds it done; a replaced image, another model or head is new work.
 *
 * @returns 32 hexadecimal digits of a SHA-256
 */
export function requestIdOf(
  exam: ExamKey,
  images: EyeImages,
  model: Pick<ActiveModel, 'model' | 'preprocessing' | 'heads'>,
): string {
  const heads = model.heads
    .map((head) => [head.name, head.id])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
  const content = [
    'screening/1',
    [exam.program, exam.patient, exam.exam],
    [versionOf(images.left), versionOf(images.right)],
    [model.model, model.preprocessing, heads],
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}
