import { z } from 'zod';
import { newestFirst } from './arrival-order.ts';
import { examKeySchema } from './exam-key.ts';
import { type Field, fieldSchema } from './field.ts';
import { type ImageVersion, imageVersionSchema } from './image-version.ts';
import { type Laterality, lateralitySchema } from './laterality.ts';
import { preparedFactsSchema } from './prepared-facts.ts';

/** An exam lists at most so many images: of both eyes, and also those that no longer count. */
export const MOST_IMAGES = 24;

/** Images of one eye that count at most. */
export const MOST_CURRENT_IMAGES = 12;

/**
 * What became of an image. `current`: its eye is screened by it. `replaced`: a newer one of its eye and name came.
 * `withdrawn`: somebody said that it does not belong here.
 */
export const IMAGE_STATES = ['current', 'replaced', 'withdrawn'] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

/** Why an image does not belong to its exam, who said so, and where it belongs. */
export const withdrawalSchema = z.object({
  at: z.iso.datetime(),
  by: z.string().min(1),
  reason: z.string().min(1).max(500),
  /** Where it was moved; absent where it belongs nowhere. */
  movedTo: examKeySchema.extend({ laterality: lateralitySchema }).optional(),
});
export type Withdrawal = Readonly<z.infer<typeof withdrawalSchema>>;

/** One image of an exam: its bytes, its eye, and whether it counts. */
export const examImageSchema = imageVersionSchema.extend({
  /** `null` only of a replaced image whose former record did not say it. */
  laterality: lateralitySchema.nullable(),
  /** What it is centred on, as its sender named it; `null` where the sender did not: then what preparation saw counts. */
  field: fieldSchema.nullable(),
  state: z.enum(IMAGE_STATES),
  withdrawal: withdrawalSchema.optional(),
  /** When the photograph was taken, as far as its name, header or sender tell: a day or an instant, ISO 8601. */
  takenOn: z.string().max(40).optional(),
  /** The version that it was moved from, under another exam or eye. */
  movedFrom: z.object({ key: z.string().min(1), versionId: z.string().min(1).nullable() }).optional(),
  /** What is in doubt about whose it is. */
  doubts: z.array(z.string().max(200)).max(5).optional(),
  /** What preparation found of it; absent of images that former releases took in, and while its pixels are missing. */
  prepared: preparedFactsSchema.optional(),
  /** How often its pixels were found to be missing while the present request was open. */
  missed: z.number().int().positive().optional(),
});
export type ExamImage = Readonly<z.infer<typeof examImageSchema>>;

/** An image that is asked to be screened. */
export const requestedImageSchema = imageVersionSchema.extend({
  laterality: lateralitySchema,
  field: fieldSchema.nullable(),
  /** SHA-256 of the pixels that were prepared of it; `null` if it is ungradable, or was not prepared. */
  pixelsSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});
export type RequestedImage = Readonly<z.infer<typeof requestedImageSchema>>;

/** The images that count, the newest first. */
export function currentImages(images: readonly ExamImage[], laterality: Laterality): readonly ExamImage[] {
  return newestFirst(images.filter((image) => image.state === 'current' && image.laterality === laterality));
}

/** The newest image of an eye that counts; `null` if it has none. */
export function currentImage(
  { images }: { readonly images: readonly ExamImage[] },
  laterality: Laterality,
): ExamImage | null {
  return currentImages(images, laterality)[0] ?? null;
}

/**
 * The images of an eye that count, the newest first, each content once: of two with the same bytes the one that came first,
 * so that sending an image again under another name asks for nothing.
 */
export function distinctImages(images: readonly ExamImage[], laterality: Laterality): readonly ExamImage[] {
  const current = currentImages(images, laterality);
  return current.filter(
    ({ sha256 }, index) => current.findLastIndex((one) => one.sha256 === sha256) === index,
  );
}

/**
 * What is asked of the worker for an exam with these images: every one that counts, ungradable ones too, each content of an
 * eye once. The left eye's come first, and of an eye the newest.
 */
export function requestedImages(exam: { readonly images: readonly ExamImage[] }): RequestedImage[] {
  return (['left', 'right'] as const).flatMap((laterality) =>
    distinctImages(exam.images, laterality).map(
      ({ key, versionId, sha256, bytes, order, field, prepared }) => {
        const pixelsSha256 = prepared?.pixelsSha256 ?? null;
        return { key, versionId, sha256, bytes, order, laterality, field, pixelsSha256 };
      },
    ),
  );
}

/** The newest image asked about for an eye; `null` if there is none. */
export function requestedImage(
  images: readonly RequestedImage[],
  laterality: Laterality,
): RequestedImage | null {
  return images.find((image) => image.laterality === laterality) ?? null;
}

/** A version of an image without what an exam knows of it. */
export function imageVersionOf({ key, versionId, sha256, bytes, order }: ImageVersion): ImageVersion {
  return { key, versionId, sha256, bytes, order };
}

/** What the sender of an image said of it besides its eye. */
export interface ImageAnnouncement {
  readonly field: Field | null;
  readonly takenOn?: string;
  readonly movedFrom?: ExamImage['movedFrom'];
}
