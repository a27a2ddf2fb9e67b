import { z } from 'zod';

/** What an image is centred on. Posterior-pole and central photographs show the macula. */
export const FIELDS = ['macula', 'disc', 'other'] as const;
export type Field = (typeof FIELDS)[number];
export const fieldSchema = z.enum(FIELDS);

/** What preparation can see by itself that an image is centred on. */
export const seenFieldSchema = z.enum(['macula', 'disc']);
export type SeenField = z.infer<typeof seenFieldSchema>;

/**
 * Whether an image of this field shows the macula. Without a word about it one field an eye is meant, which is the
 * posterior pole.
 */
export function showsMacula(field: Field | null): boolean {
  return field === null || field === 'macula';
}

/**
 * The field that an image counts as: what its sender named, else what it shows by itself.
 *
 * @param seen absent of what former releases prepared
 * @returns `null` where neither says it: then it counts as the macula
 * @example fieldOfImage(null, 'disc') // 'disc'
 */
export function fieldOfImage(named: Field | null, seen?: SeenField | null): Field | null {
  return named ?? seen ?? null;
}

/** Whether an image was named as of the macula and shows the disc in its middle, or the other way round. */
export function isFieldDoubtful(named: Field | null, seen?: SeenField | null): boolean {
  return named !== null && named !== 'other' && seen != null && named !== seen;
}

/** The fields that heads read, in the order in which one of them is preferred. `other` informs readers only. */
export const SCORED_FIELDS = ['macula', 'disc'] as const;
export type ScoredField = (typeof SCORED_FIELDS)[number];

/** As which field heads read an image; `null` if it informs readers only. @example scoredField(null) // 'macula' */
export function scoredField(field: Field | null): ScoredField | null {
  if (showsMacula(field)) return 'macula';
  return field === 'disc' ? field : null;
}
