import { z } from 'zod';
import { headReferenceSchema } from '../../activation/active-model.ts';
import { JOB_MODES, jobSelectionSchema } from '../job-record.ts';

const probability = z.number().min(0).max(1);

/** A request for a job: made now, or by a schedule each time that it is due. */
export const jobRequestSchema = z
  .object({
    mode: z.enum(JOB_MODES),
    selection: jobSelectionSchema.default({}),
    /** Heads to score with, besides the live ones; one of the same name takes a live one's place. */
    heads: z.array(headReferenceSchema).max(20).default([]),
    /** Other thresholds, by `head/label`. */
    thresholds: z.record(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/), probability).default({}),
    /** Record the heads beside each result and let them decide nothing. */
    shadow: z.boolean().default(false),
  })
  .strict()
  .refine(({ mode, heads }) => mode === 'rescore' || heads.length === 0, {
    message: 'a screening uses the live heads: give heads to a job of mode "rescore", or promote them',
  })
  .refine(({ mode, thresholds }) => mode === 'rescore' || Object.keys(thresholds).length === 0, {
    message: 'thresholds need mode "rescore"',
  })
  .refine(({ mode, shadow }) => mode === 'rescore' || !shadow, { message: 'shadow needs mode "rescore"' })
  .refine(({ shadow, heads }) => !shadow || heads.length > 0, { message: 'shadow needs heads' });
export type JobRequest = Readonly<z.infer<typeof jobRequestSchema>>;
