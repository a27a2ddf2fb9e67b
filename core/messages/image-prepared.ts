import { z } from 'zod';
import type { ImageVersion } from '../exams/image-version.ts';
import { preparedFactsSchema } from '../exams/prepared-facts.ts';

/** The version of an image as its store names it, without what an exam knows of it. */
export const announcedImageSchema = z.object({
  key: z.string().min(1),
  /** `null` only in a store without versions. */
  versionId: z.string().min(1).nullable(),
  /** Orders the events of one key: hexadecimal digits, '' if no event told. */
  sequencer: z.string(),
});

export type AnnouncedImage = Readonly<z.infer<typeof announcedImageSchema>>;

/**
 * Tells intake that an image was prepared. Whose image it is, intake reads from the store itself: the part that opens
 * strangers' files has no say in that.
 */
export const imagePreparedSchema = z.object({
  schema: z.literal('image-prepared/1'),
  image: announcedImageSchema,
  /** Of the file that was prepared. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  prepared: preparedFactsSchema,
  /** Asked for by a job, which asks for the screening itself. */
  bulk: z.literal(true).optional(),
  /** When it was taken, as its header says: a day or an instant, ISO 8601. */
  takenOn: z.string().max(40).optional(),
});
export type ImagePrepared = Readonly<z.infer<typeof imagePreparedSchema>>;

/** Asks preparation for an image again: its pixels are missing, or of another contract. */
export const prepareImageSchema = z.object({
  schema: z.literal('prepare-image/1'),
  image: announcedImageSchema,
  /** Of the file, as the exam's record knows it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Asked for by a job: it goes by the queue that no photograph of today waits in. */
  bulk: z.literal(true).optional(),
  /** The contract that was in force where it was asked for: who knows of another one looks again. */
  contract: z.string().min(1).max(64).optional(),
});
export type PrepareImage = Readonly<z.infer<typeof prepareImageSchema>>;

/** Asks for each of some images again, in messages of their program's. */
export function prepareImages(
  program: string,
  images: readonly Pick<ImageVersion, 'key' | 'versionId' | 'sha256'>[],
  options: Pick<PrepareImage, 'bulk' | 'contract'> = {},
): { readonly body: string; readonly group: string }[] {
  return images.map(({ key, versionId, sha256 }) => {
    const image = { key, versionId, sequencer: '' };
    const message: PrepareImage = { schema: 'prepare-image/1', image, sha256, ...options };
    return { body: JSON.stringify(message), group: program };
  });
}
