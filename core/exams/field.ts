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
