import { z } from 'zod';
import type { ObjectStore } from '../../ports/index.ts';
import { comparisonSchema } from '../comparison/label-comparison.ts';
import { type JobRecord, jobRecordSchema } from '../job-record.ts';
import { jobProgressSchema, jobReportSchema } from '../job-report.ts';
import { isCancelled, readReport } from '../job-store.ts';
import type { ReceiptReader } from '../receipts.ts';
import { progressOf } from './job-progress.ts';

/** A job as the API and the command line show it: what was asked, how far it is, and how it ended. */
export const jobViewSchema = jobRecordSchema.omit({ schema: true }).extend(jobProgressSchema.shape).extend({
  /** Asked to end; shards in hand are finished. */
  cancelling: z.boolean(),
  finishedAt: z.iso.datetime().nullable(),
  failures: jobReportSchema.shape.failures,
  moved: jobReportSchema.shape.moved,
  comparison: comparisonSchema.nullable(),
  deadLetters: jobReportSchema.shape.deadLetters,
  retry: z.string().nullable(),
  reason: z.string().nullable(),
  notice: z.string(),
});
export type JobView = z.infer<typeof jobViewSchema>;

const NOTICE = 'Research use only: not for diagnosis.';

/** Everything that is known of a job at this moment. */
export async function viewJob(store: ObjectStore, job: JobRecord, reader: ReceiptReader): Promise<JobView> {
  const { schema: _, ...asked } = job;
  const progress = await progressOf(store, job, reader);
  const report = await readReport(store, job);
  return {
    ...asked,
    heads: [...job.heads],
    ...(report?.progress ?? progress),
    cancelling: report === undefined && (await isCancelled(store, job)),
    finishedAt: report?.finishedAt ?? null,
    failures: report?.failures ?? [],
    moved: report?.moved ?? [],
    comparison: report?.comparison ?? null,
    deadLetters: report?.deadLetters ?? [],
    retry: report?.retry ?? null,
    reason: report?.reason ?? null,
    notice: NOTICE,
  };
}
