import { z } from 'zod';
import { identifierSchema } from '../exams/identifier.ts';

/** Says that a job's last worker has ended. AWS Batch sends it. */
export const batchJobEndedSchema = z.object({
  detail: z.object({
    status: z.enum(['SUCCEEDED', 'FAILED']),
    parameters: z.object({ program: identifierSchema, job: identifierSchema }),
    jobId: z.string().optional(),
    /** Why, where Batch says so. */
    statusReason: z.string().optional(),
    /** Of a job with one worker. */
    container: z.object({ exitCode: z.number().optional(), reason: z.string().optional() }).optional(),
    /** Of a job with several workers. */
    arrayProperties: z.object({ size: z.number().optional() }).optional(),
  }),
});
export type BatchJobEnded = Readonly<z.infer<typeof batchJobEndedSchema>>;
