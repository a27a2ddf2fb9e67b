import { storeOnce } from '../../documents/stored-once.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import type { JobFinished } from '../../messages/domain-event.ts';
import type { Home, ObjectStore } from '../../ports/index.ts';
import { comparisonOf } from '../comparison/comparison.ts';
import { jobReportKey } from '../job-keys.ts';
import { isErasedName } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import type { DeadLetter, JobReport } from '../job-report.ts';
import { isCancelled, readPlan, readReport } from '../job-store.ts';
import { listReceipts, ReceiptReader } from '../receipts.ts';
import type { ShardReceipt } from '../shard-receipt.ts';
import { readWorkerFailure } from '../worker-failure.ts';
import { movedBy, progress, workedSeconds } from './job-progress.ts';
import { preparationOf } from './preparation-progress.ts';
import { pruneJob } from './prune-job.ts';

const EXAMPLES = 5;
const REASONS = 100;

/** What ends a job besides its last receipt. */
export interface JobEnd {
  /** No worker is left that could deal with the open shards: they do not hold the job up. */
  readonly noWorkerLeft: boolean;
  /** Why the job was given up: it could not be planned, or nothing can be done about its shards. */
  readonly failure?: string | undefined;
  /** Why workers ended before all shards were dealt with, where the home knows. */
  readonly because?: string | undefined;
  readonly deadLetters?: readonly DeadLetter[] | undefined;
}

/** Failed exams by reason, the most frequent first. */
function failuresOf(receipts: readonly ShardReceipt[]): JobReport['failures'] {
  const byReason = new Map<string, { exams: number; examples: Pick<ExamKey, 'patient' | 'exam'>[] }>();
  for (const { patient, exam, reason } of receipts.flatMap((receipt) => receipt.failed)) {
    const known = byReason.get(reason) ?? { exams: 0, examples: [] };
    known.exams += 1;
    if (known.examples.length < EXAMPLES && !isErasedName({ patient, exam }))
      known.examples.push({ patient, exam });
    byReason.set(reason, known);
  }
  const failures = [...byReason].map(([reason, { exams, examples }]) => ({ reason, exams, examples }));
  return failures.sort((a, b) => b.exams - a.exams).slice(0, REASONS);
}

/**
 * Ends a job once nothing of it is open, by writing its report once.
 *
 * @returns the report, or `undefined` if the job goes on
 */
export async function finishJob(
  home: Pick<Home, 'objects' | 'events'>,
  job: JobRecord,
  end: JobEnd,
  now: Date,
): Promise<JobReport | undefined> {
  const { objects } = home;
  const present = await readReport(objects, job);
  if (present !== undefined) return present;
  const plan = await readPlan(objects, job);
  const cancelled = await isCancelled(objects, job);
  if (plan === undefined && end.failure === undefined && !cancelled) return undefined;
  const places = await listReceipts(objects, job);
  const isComplete = plan !== undefined && places.length >= plan.shards;
  if (!isComplete && !end.noWorkerLeft && end.failure === undefined) return undefined;
  const reader = new ReceiptReader(objects);
  const receipts = await reader.read(
    job,
    places.map(({ shard }) => shard),
  );
  const preparation = plan === undefined ? null : await preparationOf(objects, job, plan, reader);
  const seconds = plan === undefined ? null : workedSeconds(plan, preparation, places);
  const state =
    end.failure !== undefined ? 'failed' : isComplete ? 'finished' : cancelled ? 'cancelled' : 'failed';
  const totals = progress(state, plan?.planned ?? 0, receipts, seconds, preparation?.progress);
  const report: JobReport = {
    schema: 'job-report/1',
    program: job.program,
    job: job.job,
    mode: job.mode,
    progress: { ...totals, secondsLeft: 0 },
    startedAt: job.createdAt,
    finishedAt: now.toISOString(),
    failures: failuresOf(receipts),
    moved: movedBy(receipts),
    comparison: job.shadow ? comparisonOf(receipts) : null,
    deadLetters: [...(end.deadLetters ?? [])],
    retry:
      totals.failed === 0
        ? null
        : `retclip job create --program ${job.program} --mode ${job.mode} --retry ${job.job}`,
    reason: end.failure ?? (state === 'failed' ? await unfinished(objects, job, end.because) : null),
  };
  // Before the report is written: a process that dies in between is followed by one that announces it again.
  await home.events.publish([finishedEvent(report)]);
  await storeOnce(objects, jobReportKey(job), report);
  // After the report: what a process that dies in between leaves is found by an erasure, or when the end is told again.
  await pruneJob(
    objects,
    job,
    places.map(({ shard }) => shard),
  );
  return (await readReport(objects, job)) ?? report;
}

function finishedEvent({ program, job, mode, progress, finishedAt }: JobReport): JobFinished {
  const { state, planned, done, skipped, failed, preparation } = progress;
  return {
    type: 'JobFinished',
    id: `${program}/${job}`.slice(0, 200),
    at: finishedAt,
    program,
    job,
    mode,
    state: state === 'cancelled' || state === 'failed' ? state : 'finished',
    planned: planned ?? 0,
    done,
    skipped,
    failed,
    ...(preparation === null
      ? {}
      : { images: { prepared: preparation.prepared, failed: preparation.failed } }),
  };
}

/** Why shards are open: in a worker's own words, or in those of the home; and what to do. */
async function unfinished(store: ObjectStore, job: JobRecord, because: string | undefined): Promise<string> {
  const reasons = [await readWorkerFailure(store, job), because].filter((reason) => reason !== undefined);
  return reasons.length === 0 ? UNFINISHED : `${reasons.join(' – ')} – ${UNFINISHED}`;
}

const UNFINISHED =
  'Workers ended before all shards were dealt with: see their log and the dead letters. The same job again skips what is done.';
