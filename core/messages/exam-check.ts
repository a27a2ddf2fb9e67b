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
});
export type ExamCheck = Readonly<z.infer<typeof examCheckSchema>>;
