import { z } from 'zod';

/** One thing that a caller did or tried to do in a program. Carries pseudonyms only. */
export const auditEntrySchema = z.object({
  at: z.iso.datetime(),
  /** The token's subject; `(no valid token)` of a request that was refused for that. */
  caller: z.string(),
  method: z.string(),
  /** The route, its parameters unfilled: `/v1/programs/{program}/results`. */
  route: z.string(),
  /** `*` of what concerns all programs. */
  program: z.string(),
  /** Whom it was about, where the address or the body says so: `patient` or `patient/exam`, at most 100. */
  subjects: z.array(z.string()),
  /** Filters of a list. */
  query: z.record(z.string(), z.string()),
  /** How it was answered: 200 and above did happen, 400 and above did not. */
  status: z.number().int(),
});
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;
