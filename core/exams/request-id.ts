import { createHash } from 'node:crypto';
import type { ActiveModel } from '../activation/active-model.ts';
import { type RequestedImage, requestedImage, requestedImages } from './exam-image.ts';
import type { ExamKey } from './exam-key.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ImageVersion } from './image-version.ts';
import { LATERALITIES } from './laterality.ts';

/** What a piece of screening work depends on besides its exam. */
export interface ScreeningWork {
  readonly images: readonly RequestedImage[];
  /** Under which contract the images are prepared; `null` of former releases, whose worker decoded them itself. */
  readonly contract: string | null;
  readonly model: Pick<ActiveModel, 'model' | 'preprocessing' | 'heads'>;
}

/** What is to be done for an exam as it stands, once its images are prepared under the contract. */
export function workOf<Model extends ScreeningWork['model']>(
  record: Pick<ExamRecord, 'images'>,
  model: Model,
  contract: string,
) {
  return { images: requestedImages(record), contract, model };
}

/** How one image of an eye becomes its findings: as it is. */
export const AGGREGATION_RULE = 'one-image/1';

/**
 * How several images of an eye become one finding: the mean of logits within a field, then the maximum over the fields, for
 * `normal` the minimum.
 */
export const SEVERAL_IMAGES_RULE = 'mean-in-field-maximum-over-fields/1';

function versionOf(image: ImageVersion | null): readonly (string | null)[] | null {
  return image === null ? null : [image.key, image.versionId, image.sha256];
}

function textOf(exam: ExamKey, { images, contract, model }: ScreeningWork): string {
  const heads = model.heads
    .map((head) => [head.name, head.id])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
  const key = [exam.program, exam.patient, exam.exam];
  const of = LATERALITIES.map((eye) => images.filter(({ laterality }) => laterality === eye));
  const isOneEach = of.every(({ length }) => length <= 1);
  if (contract === null && isOneEach) {
    // The first form: what was screened before requests named a contract stays done.
    const versions = LATERALITIES.map((eye) => versionOf(requestedImage(images, eye)));
    return JSON.stringify(['screening/1', key, versions, [model.model, model.preprocessing, heads]]);
  }
  const versions = of.map((eye) => eye.map(versionOf).sort((a, b) => (String(a) < String(b) ? -1 : 1)));
  const rule = isOneEach ? AGGREGATION_RULE : SEVERAL_IMAGES_RULE;
  const under = [contract, model.model, model.preprocessing, heads, rule];
  return JSON.stringify(['screening/2', key, versions, under]);
}

/**
 * Names one piece of screening work by everything that its result depends on. The same work has the same id however
 * often it is asked for, so a redelivery finds it done; a replaced image, another model, head, contract or rule is new
 * work.
 *
 * @returns 32 hexadecimal digits of a SHA-256
 */
export function requestIdOf(exam: ExamKey, work: ScreeningWork): string {
  return createHash('sha256').update(textOf(exam, work)).digest('hex').slice(0, 32);
}
