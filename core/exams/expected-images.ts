import { z } from 'zod';

const count = z.number().int().min(0).max(12).nullable();

/** How many images of each eye the uploader announced; `null` where nothing was said. */
export const expectedImagesSchema = z.object({ left: count, right: count });
export type ExpectedImages = Readonly<z.infer<typeof expectedImagesSchema>>;

export const NOTHING_ANNOUNCED: ExpectedImages = { left: null, right: null };

/** Which eyes the uploader says the exam has: the first form of an announcement, which clients may still send. */
export const expectedEyesSchema = z.enum(['both', 'left', 'right']);
export type ExpectedEyes = z.infer<typeof expectedEyesSchema>;

/** @example imagesOfEyes('left') // { left: 1, right: 0 } */
export function imagesOfEyes(eyes: ExpectedEyes): ExpectedImages {
  return { left: eyes === 'right' ? 0 : 1, right: eyes === 'left' ? 0 : 1 };
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

/** What two announcements of one exam come to, in whichever order they arrive: the larger number of each eye. */
export function mergeExpected(a: ExpectedImages, b: ExpectedImages): ExpectedImages {
  const merged = { left: larger(a.left, b.left), right: larger(a.right, b.right) };
  return merged.left === a.left && merged.right === a.right ? a : merged;
}
