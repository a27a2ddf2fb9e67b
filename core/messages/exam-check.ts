import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';

/**
 * Asks intake to look at an exam again: its pairing window is over, the model has changed since it was requested, or an
 * image was withdrawn.
 */
export const examCheckSchema = z.object({
  schema: z.literal('exam-check/1'),
  reason: z.enum(['pairing-window', 'model-changed', 'images-changed']),
  exam: examKeySchema,
  /**
   * Of a pairing window: how many seconds of it the queue has held this message and those before it back. So the end of
   * the window hangs on no clock that may be set.
   */
  waitedSeconds: z.number().int().nonnegative().optional(),
});
export type ExamCheck = Readonly<z.infer<typeof examCheckSchema>>;
