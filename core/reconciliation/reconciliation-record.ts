import { z } from 'zod';
import { QUEUE_NAMES } from '../messages/queues.ts';
import { findingsSchema } from './findings.ts';
import { STAGE_NAMES } from './stages/index.ts';

/** What a stage has found when it last came to its end. */
export const stageReportSchema = z.object({
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** Images, exams, rows or objects looked at. */
  looked: z.number().int().nonnegative(),
  findings: findingsSchema,
});
export type StageReport = Readonly<z.infer<typeof stageReportSchema>>;

/** Where a stage stands that has begun. */
const progressSchema = z.object({
  startedAt: z.iso.datetime(),
  position: z.unknown(),
  looked: z.number().int().nonnegative(),
  findings: findingsSchema,
});

/** Where a run stands that has not come to its end. */
const runSchema = z.object({
  startedAt: z.iso.datetime(),
  /** Stages still to be done, the present one first. */
  left: z.array(z.string()),
  /** When the present stage began; `null`: it has not. */
  stageStartedAt: z.iso.datetime().nullable(),
  /** Where the present stage stands: its own; `null`: at its beginning. */
  position: z.unknown(),
  /** Messages in the queues when the run began. */
  waiting: z.partialRecord(z.enum(QUEUE_NAMES), z.number().int().nonnegative()),
  looked: z.number().int().nonnegative(),
  findings: findingsSchema,
  /** Stages that had begun when others were asked for, which are done first; absent in runs of former releases. */
  paused: z.record(z.string(), progressSchema).optional(),
});
export type ReconciliationRun = Readonly<z.infer<typeof runSchema>>;

/** What is kept of the reconciliations of a program, or of everything: the run under way, and what was found last. */
export const reconciliationRecordSchema = z.object({
  schema: z.literal('reconciliation/1'),
  run: runSchema.nullable(),
  stages: z.partialRecord(z.enum(STAGE_NAMES), stageReportSchema),
});
export type ReconciliationRecord = Readonly<z.infer<typeof reconciliationRecordSchema>>;

export const NEVER_RECONCILED: ReconciliationRecord = { schema: 'reconciliation/1', run: null, stages: {} };
