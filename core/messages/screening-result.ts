import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';
import { screeningOutputSchema, shadowResultSchema } from '../exams/exam-result.ts';

/** The worker's answer to one request. */
export const screeningResultSchema = z.object({
  schema: z.literal('screening-result/1'),
  exam: examKeySchema,
  output: screeningOutputSchema,
  /** What heads in shadow find; absent where none was asked for. */
  shadow: shadowResultSchema.pick({ heads: true, findings: true }).optional(),
});
export type ScreeningResult = Readonly<z.infer<typeof screeningResultSchema>>;
