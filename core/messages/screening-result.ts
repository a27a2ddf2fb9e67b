import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';
import { screeningOutputSchema } from '../exams/exam-result.ts';

/** The worker's answer to one request. */
export const screeningResultSchema = z.object({
  schema: z.literal('screening-result/1'),
  exam: examKeySchema,
  output: screeningOutputSchema,
});
export type ScreeningResult = Readonly<z.infer<typeof screeningResultSchema>>;
