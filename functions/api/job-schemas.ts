import { z } from '@hono/zod-openapi';
import { headReferenceSchema } from '../../core/activation/active-model.ts';
import { identifierSchema } from '../../core/exams/identifier.ts';
import { headSchema } from '../../core/heads/head.ts';
import { jobRequestSchema } from '../../core/jobs/planning/job-request.ts';
import { jobViewSchema } from '../../core/jobs/reports/job-view.ts';
import { jobScheduleSchema } from '../../core/jobs/schedules/job-schedule.ts';
import { programParameters } from './schemas.ts';

export const jobParameters = programParameters.extend({ job: identifierSchema });

/** What a job is made of. */
export const jobBody = jobRequestSchema;

/** A schedule: what to ask for, and when. */
export const scheduleBody = z
  .object({
    /** `cron(0 2 * * ? *)`, `rate(1 day)` or `at(2027-01-31T02:00:00)`, as EventBridge Scheduler takes them. */
    expression: z.string().min(1).max(256),
    /** IANA name. */
    timeZone: z.string().min(1).max(60).default('UTC'),
    job: jobRequestSchema,
  })
  .strict();
export const scheduleParameters = programParameters.extend({ schedule: identifierSchema });
export const scheduleAnswer = jobScheduleSchema.extend({
  /** When it is due next; `null` if never again. */
  nextRun: z.iso.datetime().nullable(),
});
export const schedulesPage = z.object({ items: z.array(scheduleAnswer), cursor: z.string().optional() });

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
