import { z } from 'zod';
import type { ExamResult, EyeResult } from '../exam-result.ts';
import { FINDING_LEVELS } from '../finding.ts';
import { withImages } from '../finding-image.ts';
import { imageVersionSchema } from '../image-version.ts';
import { lateralityCheckSchema } from '../laterality-check.ts';
import { qualitySchema } from '../quality.ts';

/** An eye of the first form: one image, and no list of them. */
const formerEyeSchema = z
  .object({
    image: imageVersionSchema,
    quality: qualitySchema,
    laterality: lateralityCheckSchema.optional(),
  })
  .transform(({ image, quality, laterality }): EyeResult => {
    const check = laterality === undefined ? {} : { laterality };
    return { image, quality, ...check, images: [{ image: image.key, field: null, quality, ...check }] };
  })
  .nullable();

const formerFindingsSchema = z.array(z.looseObject({ level: z.enum(FINDING_LEVELS) }));

/** What of a former result has another form now. */
const formerPartSchema = z.looseObject({
  eyes: z.object({ left: formerEyeSchema, right: formerEyeSchema }),
  findings: formerFindingsSchema,
  shadow: z.looseObject({ findings: formerFindingsSchema }).optional(),
});

/**
 * Brings a result, or a worker's output, of the first form into the present one. What it decided stays as it was.
 *
 * @throws ZodError if it is none
 */
export function fromResult1(content: unknown): Readonly<Record<string, unknown>> {
  const { eyes, findings, shadow, ...same } = formerPartSchema.parse(content);
  return {
    ...same,
    eyes,
    findings: withImages(findings, eyes),
    ...(shadow === undefined ? {} : { shadow: { ...shadow, findings: withImages(shadow.findings, eyes) } }),
  };
}

/** A stored result of the first form. */
export function formerResultOf(content: unknown): ExamResult {
  // Only this system writes results: what has the same form in both is as trustworthy as a present one.
  return fromResult1(content) as unknown as ExamResult;
}
