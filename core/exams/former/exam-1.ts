import { z } from 'zod';
import { activeModelSchema } from '../../activation/active-model.ts';
import type { ExamImage, RequestedImage } from '../exam-image.ts';
import type { ExamRecord } from '../exam-record.ts';
import type { ExamResult } from '../exam-result.ts';
import { expectedEyesSchema, imagesOfEyes } from '../expected-images.ts';
import { type EyeImages, eyeImagesSchema, type ImageVersion, imageVersionSchema } from '../image-version.ts';
import { LATERALITIES, type Laterality } from '../laterality.ts';
import { lateralityOfFileName } from '../read-laterality.ts';
import { formerResultOf } from './result-1.ts';

/** What `exam/1` had in other places than `exam/2`. Everything else is the same in both. */
const formerPartSchema = z.object({
  schema: z.literal('exam/1'),
  expectedEyes: expectedEyesSchema,
  eyes: eyeImagesSchema,
  replaced: z.array(imageVersionSchema),
  request: z
    .object({
      requestId: z.string(),
      requestedAt: z.string(),
      images: eyeImagesSchema,
      model: activeModelSchema,
    })
    .nullable(),
  result: z.unknown(),
  history: z.array(z.unknown()),
});

/** Images of each eye as a request of the first form named them, in a list. */
export function requestedOf(images: EyeImages): RequestedImage[] {
  return LATERALITIES.flatMap((laterality) => {
    const image = images[laterality];
    return image === null ? [] : [{ ...image, laterality, field: null, pixelsSha256: null }];
  });
}

function eyeOfName(key: string): Laterality | null {
  try {
    return lateralityOfFileName(key.slice(key.lastIndexOf('/') + 1));
  } catch {
    return null;
  }
}

/** The eye of a replaced image: that of an image of the same name, else what its name tells. */
function eyeOfReplaced(image: ImageVersion, known: EyeImages): Laterality | null {
  const same = LATERALITIES.find((laterality) => known[laterality]?.key === image.key);
  return same ?? eyeOfName(image.key);
}

/**
 * Reads a record of the first form, which had one image an eye, a list of replaced ones and its former results within.
 * Replaced images stay replaced.
 *
 * @param content a record with `schema: 'exam/1'`
 * @throws ZodError if it is none
 */
export function fromExam1(content: unknown): ExamRecord {
  const former = formerPartSchema.parse(content);
  const { schema: _, expectedEyes, eyes, replaced, request, result, history, ...same } = former;
  const kept = content as Omit<ExamRecord, keyof typeof former>;
  const present = LATERALITIES.flatMap((laterality): ExamImage[] => {
    const image = eyes[laterality];
    return image === null ? [] : [{ ...image, laterality, field: null, state: 'current' }];
  });
  const older = replaced.map(
    (image): ExamImage => ({
      ...image,
      laterality: eyeOfReplaced(image, eyes),
      field: null,
      state: 'replaced',
    }),
  );
  const formerResults: ExamResult[] = history.map(formerResultOf);
  return {
    program: kept.program,
    patient: kept.patient,
    exam: kept.exam,
    ...same,
    schema: 'exam/2',
    revision: kept.revision,
    status: kept.status,
    expected: imagesOfEyes(expectedEyes),
    images: [...present, ...older],
    pairingDeadline: kept.pairingDeadline,
    request: request === null ? null : { ...request, images: requestedOf(request.images), contract: null },
    result: result === null ? null : formerResultOf(result),
    ...(formerResults.length === 0 ? {} : { formerResults }),
    ...(kept.reading === undefined ? {} : { reading: kept.reading }),
    ...(kept.reviews === undefined ? {} : { reviews: kept.reviews }),
    createdAt: kept.createdAt,
    updatedAt: kept.updatedAt,
  };
}
