import { z } from 'zod';
import { UNGRADABLE_REASONS } from '../exams/quality.ts';

/** What was seen of text that a camera or an export burnt into a picture. */
export const burntInSchema = z.object({
  /**
   * Of what lies outside of the field of view: `plain` if there was nothing, `blackened` if something was and is hidden,
   * `unknown` where no field was found; then nothing is hidden.
   */
  outside: z.enum(['plain', 'blackened', 'unknown']),
  /**
   * `text-in-field`: marks like a caption lie inside of the field and can still be read. `burnt-in-text-possible`: no field
   * was found, and such marks lie somewhere in the picture.
   */
  flags: z.array(z.enum(['text-in-field', 'burnt-in-text-possible'])),
});
export type BurntIn = Readonly<z.infer<typeof burntInSchema>>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What is known of the pictures that were made of a photograph for readers; it is written after them. A file that gives no
 * picture has the reason instead.
 *
 * @example {"schema":"rendition/1","sha256":"…","rendered":{"burntIn":{"outside":"plain","flags":[]}},"refused":null}
 */
export const renditionSchema = z.object({
  schema: z.literal('rendition/1'),
  /** Of the photograph. */
  sha256,
  rendered: z.object({ burntIn: burntInSchema }).nullable(),
  refused: z.enum(UNGRADABLE_REASONS).nullable(),
});
export type Rendition = Readonly<z.infer<typeof renditionSchema>>;

/** @returns `undefined` if it is cut or of another photograph: it is made again */
export function readRendition(
  content: Uint8Array,
  source: { readonly sha256: string },
): Rendition | undefined {
  try {
    const rendition = renditionSchema.parse(JSON.parse(Buffer.from(content).toString()));
    return rendition.sha256 === source.sha256 ? rendition : undefined;
  } catch {
    return undefined;
  }
}
