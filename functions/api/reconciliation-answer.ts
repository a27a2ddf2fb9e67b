import { z } from '@hono/zod-openapi';
import {
  FINDING_KINDS,
  FINDING_NAMES,
  type FindingKind,
  REMEDIES,
} from '../../core/reconciliation/finding-kinds.ts';
import { MOST_NAMED, waitingForPerson } from '../../core/reconciliation/findings.ts';
import type { ReconciliationRecord, StageReport } from '../../core/reconciliation/reconciliation-record.ts';
import { STAGE_NAMES } from '../../core/reconciliation/stages/index.ts';
import type { ReconciliationScope } from '../../core/reconciliation/stored-record.ts';

const count = z.number().int().nonnegative();

export const reconciliationBody = z
  .object({
    /** Find, and do nothing about it. */
    dryRun: z.boolean().default(false),
  })
  .strict();

export const reconciliationFinding = z.object({
  finding: z.enum(FINDING_NAMES),
  /** The kind of thing that was found, in words. */
  what: z.string(),
  /** What is done about it. */
  remedy: z.enum(REMEDIES),
  found: count,
  /** Sent again, removed or brought back. */
  done: count,
  /** What a person is to do; `null` where nothing is left to do. */
  person: z.string().nullable(),
  /** The first of them: exams as `program/patient/exam`, or keys. */
  examples: z.array(z.string()).max(MOST_NAMED),
});

export const reconciliationStage = z.object({
  stage: z.enum(STAGE_NAMES),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** Images, exams, rows or objects looked at. */
  looked: count,
  findings: z.array(reconciliationFinding),
});

export const reconciliationAnswer = z.object({
  /** `null`: everything. */
  program: z.string().nullable(),
  dryRun: z.boolean(),
  /** `running`: ask again, and it goes on. `never`: nothing was reconciled yet. */
  state: z.enum(['never', 'running', 'finished']),
  /** Whether this request went on with what was begun before it. */
  continued: z.boolean(),
  /** Stages that are still to be done. */
  left: z.array(z.string()),
  /** What each stage has found when it last came to its end. */
  stages: z.array(reconciliationStage),
  /** Findings that wait for a person. */
  waitingForPerson: count,
});
export type ReconciliationAnswer = z.infer<typeof reconciliationAnswer>;

function findingsOf({ findings }: StageReport): z.infer<typeof reconciliationFinding>[] {
  return FINDING_NAMES.flatMap((finding) => {
    const counted = findings[finding];
    if (counted === undefined) return [];
    const { what, remedy, person }: FindingKind = FINDING_KINDS[finding];
    return [{ finding, what, remedy, person, ...counted, examples: [...counted.examples] }];
  });
}

/** What is told of a scope's reconciliations. */
export function answerOf(
  { program, isDry }: ReconciliationScope,
  { run, stages }: ReconciliationRecord,
  continued = false,
): ReconciliationAnswer {
  const done = STAGE_NAMES.flatMap((stage) => {
    const report = stages[stage];
    return report === undefined ? [] : [{ stage, report }];
  });
  return {
    program,
    dryRun: isDry,
    state: run !== null ? 'running' : done.length === 0 ? 'never' : 'finished',
    continued,
    left: [...(run?.left ?? [])],
    stages: done.map(({ stage, report }) => {
      const { startedAt, finishedAt, looked } = report;
      return { stage, startedAt, finishedAt, looked, findings: findingsOf(report) };
    }),
    waitingForPerson: done.reduce((sum, { report }) => sum + waitingForPerson(report.findings), 0),
  };
}
