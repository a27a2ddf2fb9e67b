import { z } from 'zod';
import { identifierSchema } from '../exams/identifier.ts';

/** Has a job's preparation looked at again. It carries what the look before has left, and waits with a delay. */
export const jobPreparationSchema = z.object({
  schema: z.literal('job-preparation/1'),
  program: identifierSchema,
  job: identifierSchema,
  /** Images that were asked for and were not prepared yet. */
  left: z.number().int().nonnegative(),
  /** For how long none of them has been prepared: added up from delays, so that no clock decides. */
  waitedSeconds: z.number().nonnegative(),
  /** Whether those that are open have been asked for once more since. */
  askedAgain: z.boolean(),
});
export type JobPreparation = Readonly<z.infer<typeof jobPreparationSchema>>;
