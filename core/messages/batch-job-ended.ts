import { z } from 'zod';
import { identifierSchema } from '../exams/identifier.ts';

/** Says that a job's last worker has ended. AWS Batch sends it. */
export const batchJobEndedSchema = z.object({
  detail: z.object({
    status: z.enum(['SUCCEEDED', 'FAILED']),
    parameters: z.object({ program: identifierSchema, job: identifierSchema }),
  }),
});
export type BatchJobEnded = Readonly<z.infer<typeof batchJobEndedSchema>>;
