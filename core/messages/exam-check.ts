import { z } from 'zod';
import { MOST_IMAGES } from '../exams/exam-image.ts';
import { examKeySchema } from '../exams/exam-key.ts';

/**
 * Asks intake to look at an exam again: its pairing window is over, its settling time is, the model has changed since it was
 * requested, an image was withdrawn, or the worker found no pixels of some images.
 */
export const examCheckSchema = z.object({
  schema: z.literal('exam-check/1'),
  reason: z.enum(['pairing-window', 'model-changed', 'images-changed', 'pixels-missing', 'settled']),
  exam: examKeySchema,
  /** Of missing pixels: the versions that have none. */
  images: z
    .array(z.object({ key: z.string().min(1), versionId: z.string().min(1).nullable() }))
    .max(MOST_IMAGES)
    .optional(),
  /**
   * Of a pairing window: how many seconds of it the queue has held this message and those before it back. So the end of
   * the window hangs on no clock that may be set.
   */
  waitedSeconds: z.number().int().nonnegative().optional(),
  /**
   * Of a settling time: what had come for the exam when the queue began to hold this message back, see `arrivalsOf`. If
   * it is all that has come by now, the exam is settled.
   */
  arrivals: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
});
export type ExamCheck = Readonly<z.infer<typeof examCheckSchema>>;
