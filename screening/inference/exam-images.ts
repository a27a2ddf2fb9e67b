import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import { type Field, SCORED_FIELDS, scoredField } from '../../core/exams/field.ts';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import { ScreeningError } from '../errors.ts';

/** A gradable image of an exam, as the model is given it. */
export interface ImagePixels {
  /** Its key. */
  readonly image: string;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
  readonly laterality: Laterality;
  /** What it is centred on; `null` where the sender did not say, which means the macula. */
  readonly field: Field | null;
  /** uint8 [size, size, 3], RGB. */
  readonly pixels: Uint8Array;
  /** Whether the patient's features are made of it: of one image of each eye. */
  readonly primary: boolean;
}

/** The images of an exam that the model reads. */
export interface ReadImages {
  /** The primary image of each eye; `null` for an eye without one. */
  readonly left: ImagePixels | null;
  readonly right: ImagePixels | null;
  /** Further images of either eye, each of other bytes: the left eye's first, the macula's before the disc's. */
  readonly others: readonly ImagePixels[];
}

/** Images that differ in their bytes: of equal ones the first. */
function distinct(images: readonly ImagePixels[]): ImagePixels[] {
  const first = new Map<string, ImagePixels>();
  for (const image of images) if (!first.has(image.sha256)) first.set(image.sha256, image);
  return [...first.values()];
}

function rank({ field }: ImagePixels): number {
  const scored = scoredField(field);
  return scored === null ? SCORED_FIELDS.length : SCORED_FIELDS.indexOf(scored);
}

function byFieldAndKey(a: ImagePixels, b: ImagePixels): number {
  return rank(a) - rank(b) || (a.image < b.image ? -1 : 1);
}

function primaryOf(exam: ExamKey, eye: Laterality, images: readonly ImagePixels[]): ImagePixels | null {
  const [primary, second] = images.filter((image) => image.primary);
  if (images.length === 0) return null;
  if (primary === undefined || second !== undefined)
    throw new ScreeningError(
      `Exam ${examName(exam)} has ${primary === undefined ? 'no' : 'more than one'} primary image of the ${eye} eye: name one.`,
    );
  return primary;
}

/**
 * Chooses what the model reads of an exam: the primary image of each eye, and every further one of the macula or the disc.
 * An image that comes twice is read once, and images of other fields inform readers only. An eye that has nothing but its
 * primary image is read by it, whatever its field.
 *
 * @throws ScreeningError if an eye has no primary image, more than one, or one that heads do not read beside some that they do
 */
export function readImages(exam: ExamKey, images: readonly ImagePixels[]): ReadImages {
  const eyes = LATERALITIES.map((eye) => {
    const own = images.filter(({ laterality }) => laterality === eye);
    const primary = primaryOf(exam, eye, own);
    if (primary === null) return { primary, others: [] };
    const scored = own.filter((image) => image !== primary && scoredField(image.field) !== null);
    const others = distinct([primary, ...scored.toSorted(byFieldAndKey)]).slice(1);
    if (others.length > 0 && scoredField(primary.field) === null)
      throw new ScreeningError(
        `The primary image of the ${eye} eye of exam ${examName(exam)} shows neither macula nor disc, but others do: name one of them.`,
      );
    return { primary, others };
  });
  const [left, right] = eyes;
  return {
    left: left?.primary ?? null,
    right: right?.primary ?? null,
    others: eyes.flatMap(({ others }) => others),
  };
}
