import { z } from 'zod';
import { FINDING_LEVELS } from '../exams/finding.ts';

/** How a map was made: see `docs/evidence-maps.md`. */
export const EVIDENCE_METHODS = ['activation', 'gradient', 'combined', 'occlusion'] as const;
export type EvidenceMethod = (typeof EVIDENCE_METHODS)[number];

const share = z.number().min(0).max(1);

/** A part of a picture, as shares of its width and height from the upper left corner. */
const boxSchema = z.object({ left: share, top: share, width: share, height: share });

/** The whole picture. */
export const WHOLE_PICTURE = { left: 0, top: 0, width: 1, height: 1 } as const;

/** Where in an image one label of a head has its evidence. */
export const evidenceMapSchema = z.object({
  level: z.enum(FINDING_LEVELS),
  head: z.string().min(1),
  headId: z.string().min(1),
  label: z.string().min(1),
  method: z.enum(EVIDENCE_METHODS),
  /** Places of a row, and rows. */
  side: z.number().int().positive().max(64),
  /** One byte for each place, rows from the top, as base64: 255 where the most speaks for the label, 0 where nothing does. */
  values: z.base64(),
});
export type EvidenceMap = Readonly<z.infer<typeof evidenceMapSchema>>;

/**
 * What one request's positive findings rest on in one image. It lies beside what was prepared of the image, and goes with it.
 *
 * @example {"schema":"evidence-maps/1","sha256":"…","requestId":"…","model":"…","box":{"left":0,"top":0,"width":1,"height":1},"maps":[],"withheld":[]}
 */
export const evidenceMapsSchema = z.object({
  schema: z.literal('evidence-maps/1'),
  /** Of the image. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  requestId: z.string().min(1),
  /** Id of the bundle. */
  model: z.string().min(1),
  /** The part of the image, as it is shown upright, that the grids lie over. */
  box: boxSchema,
  maps: z.array(evidenceMapSchema),
  /** Positive findings of the image that show no map, and why. */
  withheld: z.array(z.object({ head: z.string().min(1), label: z.string().min(1), why: z.string().min(1) })),
});
export type EvidenceMaps = Readonly<z.infer<typeof evidenceMapsSchema>>;

/**
 * A grid as bytes: what speaks against the label counts as nothing, and the most that speaks for it as 255.
 *
 * @example evidenceBytes([-1, 0, 2, 4]) // 0, 0, 128, 255
 */
export function evidenceBytes(values: ArrayLike<number>): Uint8Array {
  let most = 0;
  for (let place = 0; place < values.length; place += 1) most = Math.max(most, values[place] ?? 0);
  const scale = most > 0 ? 255 / most : 0;
  return Uint8Array.from({ length: values.length }, (_, place) =>
    Math.round(Math.max(0, values[place] ?? 0) * scale),
  );
}

/** @returns `undefined` if it is cut, or of another image or request */
export function readEvidenceMaps(
  content: Uint8Array,
  of: { readonly sha256: string; readonly requestId: string },
): EvidenceMaps | undefined {
  try {
    const maps = evidenceMapsSchema.parse(JSON.parse(Buffer.from(content).toString()));
    return maps.sha256 === of.sha256 && maps.requestId === of.requestId ? maps : undefined;
  } catch {
    return undefined;
  }
}
