import { z } from 'zod';

const requestSchema = z.strictObject({ count: z.number().int(), bytes: z.number() });
const useSchema = z.strictObject({
  calls: z.number().int(),
  messages: z.number().int(),
  /** Of the function's own process, in milliseconds. */
  processor: z.number(),
});

/**
 * What exams asked of the stack as it is deployed on one machine, by part: a folder under functions/, or `gpu-worker`.
 * Written by `npm run bench:requests`.
 */
export const countedSchema = z.strictObject({
  schema: z.literal('counted-requests/1'),
  exams: z.number().int().positive(),
  imagesPerExam: z.number().int().positive(),
  /** By part, then by service and operation, such as `s3 PUT PutObject`. */
  requests: z.record(z.string(), z.record(z.string(), requestSchema)),
  functions: z.record(z.string(), useSchema),
  /** Of an exam's item in the table once it is answered, on average. */
  itemBytes: z.number().positive(),
});
export type Counted = Readonly<z.infer<typeof countedSchema>>;
