import type { EyeResult, ImageResult } from './exam-result.ts';
import { fieldOfImage, isFieldDoubtful } from './field.ts';
import type { Laterality } from './laterality.ts';
import { checkLaterality } from './laterality-check.ts';
import type { PreparedFacts } from './prepared-facts.ts';
import { type FoundImage, primaryFirst } from './primary-image.ts';

/** What was measured of an image, and what the detector saw in it. */
function seenOf(
  label: Laterality,
  { quality, detected, turned = null }: Pick<PreparedFacts, 'quality' | 'detected' | 'turned'>,
): Pick<EyeResult, 'quality' | 'laterality'> {
  if (detected === null || !quality.gradable) return { quality };
  const measurements = { ...quality.measurements, gradability: detected.gradable };
  return {
    quality: { ...quality, measurements },
    laterality: checkLaterality(label, detected.left, detected.threshold, turned),
  };
}

/** What an image is centred on, and who says so. */
function fieldsOf({ field, facts }: FoundImage): Pick<ImageResult, 'field' | 'fieldFrom' | 'fieldSeen'> {
  const seen = facts.field ?? undefined;
  const counts = fieldOfImage(field, seen);
  return {
    field: counts,
    ...(counts === null ? {} : { fieldFrom: field === null ? 'seen' : 'named' }),
    ...(seen === undefined ? {} : { fieldSeen: seen }),
  };
}

/** Whether what an image was named as contradicts what it shows. */
export function hasDoubtfulField({
  field,
  fieldFrom,
  fieldSeen,
}: Pick<ImageResult, 'field' | 'fieldFrom' | 'fieldSeen'>): boolean {
  return fieldFrom === 'named' && isFieldDoubtful(field, fieldSeen);
}

/**
 * What was found of an eye before any label: its primary image, and every image of it, the primary one first.
 *
 * @param unlikeTraining keys of images whose features lie far from those of training
 * @returns `null` if it has no image
 */
export function eyeResultOf(
  label: Laterality,
  images: readonly FoundImage[],
  unlikeTraining: ReadonlySet<string> = new Set(),
): EyeResult | null {
  const ordered = primaryFirst(images);
  const [primary] = ordered;
  if (primary === undefined) return null;
  const seen = ordered.map(
    (one): ImageResult => ({
      image: one.image.key,
      ...(ordered.length > 1 ? { sha256: one.image.sha256 } : {}),
      ...fieldsOf(one),
      ...seenOf(label, one.facts),
      ...(one.facts.device === undefined ? {} : { device: one.facts.device }),
      ...(unlikeTraining.has(one.image.key) ? { unlikeTraining: true as const } : {}),
    }),
  );
  return { image: primary.image, ...seenOf(label, primary.facts), images: seen };
}
