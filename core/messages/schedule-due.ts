import { z } from 'zod';
import { identifierSchema } from '../exams/identifier.ts';

/** Says that a job's schedule is due. EventBridge Scheduler sends it. */
export const scheduleDueSchema = z.object({
  schema: z.literal('schedule-due/1'),
  program: identifierSchema,
  schedule: identifierSchema,
  at: z.iso.datetime({ offset: true }),
});
export type ScheduleDue = Readonly<z.infer<typeof scheduleDueSchema>>;
