import { z } from '@hono/zod-openapi';
import { identifierSchema } from '../../../core/exams/identifier.ts';
import { JOB_MODES, jobSelectionSchema } from '../../../core/jobs/job-record.ts';
import { jobViewSchema } from '../../../core/jobs/job-view.ts';
import { headReferenceSchema } from '../../../core/models/active-model.ts';
import { headSchema } from '../../../model/heads/head.ts';
import { programParameters } from '../schemas.ts';

export const jobParameters = programParameters.extend({ job: identifierSchema });

const probability = z.number().min(0).max(1);

/** What a job is made of. */
export const jobBody = z
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
export type JobBody = z.infer<typeof jobBody>;

export const jobAnswer = jobViewSchema;
export const jobsPage = z.object({ items: z.array(jobViewSchema), cursor: z.string().optional() });

export const headBody = headSchema;
export const headAnswer = headReferenceSchema;

/** A manifest that is to be uploaded. */
export const manifestBody = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z
    .number()
    .int()
    .min(1)
    .max(1024 ** 3),
});
export const manifestAnswer = z.object({
  key: z.string(),
  url: z.url(),
  method: z.literal('PUT'),
  headers: z.record(z.string(), z.string()),
});
