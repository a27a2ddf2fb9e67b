import { z } from 'zod';

/** Whether anything screens on this system, and if not, why: then exams wait, and none is lost. */
export const screeningConditionSchema = z.object({
  /** `stopped`: the worker cannot start. It is tried again, so it goes on once the reason is mended. */
  state: z.enum(['starting', 'running', 'stopped']),
  reason: z.string().nullable(),
});
export type ScreeningCondition = Readonly<z.infer<typeof screeningConditionSchema>>;
