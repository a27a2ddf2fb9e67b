import { z } from 'zod';

/** The eye that a photograph shows: `left` (oculus sinister, OS) or `right` (oculus dexter, OD). */
export const LATERALITIES = ['left', 'right'] as const;
export type Laterality = (typeof LATERALITIES)[number];
export const lateralitySchema = z.enum(LATERALITIES);

/** The other eye. */
export function fellowEye(laterality: Laterality): Laterality {
  return laterality === 'left' ? 'right' : 'left';
}
