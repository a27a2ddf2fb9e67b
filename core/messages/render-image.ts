import { z } from 'zod';

/** Asks preparation for the pictures that readers see of one version of a photograph, unless they are there already. */
export const renderImageSchema = z.object({
  schema: z.literal('render-image/1'),
  image: z.object({
    key: z.string().min(1),
    /** `null` only in a store without versions. */
    versionId: z.string().min(1).nullable(),
  }),
  /** Of the file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type RenderImage = Readonly<z.infer<typeof renderImageSchema>>;

/** The message that asks for an image's pictures. */
export function renderImage({
  key,
  versionId,
  sha256,
}: RenderImage['image'] & { readonly sha256: string }): RenderImage {
  return { schema: 'render-image/1', image: { key, versionId }, sha256 };
}
