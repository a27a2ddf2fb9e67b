import { z } from 'zod';
import { activeModelSchema } from '../activation/active-model.ts';
import { requestedImageSchema } from '../exams/exam-image.ts';
import { examKeySchema } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { requestedOf } from '../exams/former/exam-1.ts';
import { eyeImagesSchema } from '../exams/image-version.ts';
import { imageOfRecord, unpreparedImages } from '../exams/unprepared-images.ts';

const sameInBoth = {
  requestId: z.string().min(1),
  exam: examKeySchema,
  model: activeModelSchema,
  requestedAt: z.iso.datetime(),
};

/** Asks the worker for one exam's screening. */
const currentSchema = z.object({
  ...sameInBoth,
  schema: z.literal('screening-request/2'),
  images: z.array(requestedImageSchema).max(24),
  /** Under which contract the images were prepared; `null` of former releases, whose worker decoded them itself. */
  contract: z.string().min(1).nullable(),
});
export type ScreeningRequest = Readonly<z.infer<typeof currentSchema>>;

/** The first form named one image of each eye. */
const formerSchema = z
  .object({ ...sameInBoth, schema: z.literal('screening-request/1'), images: eyeImagesSchema })
  .transform(
    ({ images, ...same }): ScreeningRequest => ({
      ...same,
      schema: 'screening-request/2',
      images: requestedOf(images),
      contract: null,
    }),
  );

/** Reads a request of any form that was ever sent. */
export const screeningRequestSchema = z.discriminatedUnion('schema', [currentSchema, formerSchema]);

/**
 * What is asked of the worker at present, with the pixels that preparation has made meanwhile.
 *
 * @returns `null` if nothing is asked, or some image is not prepared yet
 */
export function screeningRequestOf(record: ExamRecord): ScreeningRequest | null {
  if (record.status !== 'screening' || record.request === null) return null;
  if (unpreparedImages(record).length > 0) return null;
  const { program, patient, exam, request } = record;
  const images = request.images.map((image) => ({
    ...image,
    pixelsSha256: imageOfRecord(record, image)?.prepared?.pixelsSha256 ?? null,
  }));
  return { schema: 'screening-request/2', exam: { program, patient, exam }, ...request, images };
}
