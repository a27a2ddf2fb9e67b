import { z } from 'zod';

/** What an image is centred on. Posterior-pole and central photographs show the macula. */
export const FIELDS = ['macula', 'disc', 'other'] as const;
export type Field = (typeof FIELDS)[number];
export const fieldSchema = z.enum(FIELDS);

/**
 * Whether an image of this field shows the macula. Without a word about it one field an eye is meant, which is the
 * posterior pole.
 */
export function showsMacula(field: Field | null): boolean {
  return field === null || field === 'macula';
}

/** The fields that heads read, in the order in which one of them is preferred. `other` informs readers only. */
export const SCORED_FIELDS = ['macula', 'disc'] as const;
export type ScoredField = (typeof SCORED_FIELDS)[number];

/** As which field heads read an image; `null` if it informs readers only. @example scoredField(null) // 'macula' */
export function scoredField(field: Field | null): ScoredField | null {
  if (showsMacula(field)) return 'macula';
  return field === 'disc' ? field : null;
}
