import { requestedImages } from '../../exams/exam-image.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { finalOf } from '../../exams/final.ts';
import { requestIdOf } from '../../exams/request-id.ts';
import type { JobRecord } from '../job-record.ts';

const DAY_MILLISECONDS = 86_400_000;

/**
 * `true` if a job's selection takes this exam. Exams that were registered after the job was called for are left out:
 * so a selection that grows while it is planned has an end. For re-scoring, an exam must have been screened.
 */
export function selects(job: JobRecord, record: ExamRecord): boolean {
  const { selection } = job;
  const { result } = record;
  if (record.createdAt > job.createdAt) return false;
  // It waits for its second eye and is screened without being asked for.
  if (job.mode === 'screen' && record.status === 'registered') return false;
  if (job.mode === 'rescore' && (record.status !== 'screened' || result === null)) return false;
  if (selection.since !== undefined && (result === null || result.screenedAt < selection.since)) return false;
  if (selection.until !== undefined && (result === null || result.screenedAt >= selection.until))
    return false;
  if (selection.outcome !== undefined && finalOf(record)?.outcome !== selection.outcome) return false;
  if (selection.label !== undefined) {
    const { name, minimumProbability } = selection.label;
    const found = result?.findings.some((f) => f.label === name && f.probability >= minimumProbability);
    if (found !== true) return false;
  }
  if (selection.notScreenedWithModel === true && record.status === 'screened') {
    const answered =
      result?.requestId ===
      requestIdOf(record, {
        ...{ images: requestedImages(record), model: modelOf(job) },
        contract: job.contract ?? null,
      });
    if (answered) return false;
  }
  if (selection.dueForRecallAfterDays !== undefined) {
    if (result === null || finalOf(record)?.outcome !== 'recall') return false;
    const due = Date.parse(result.screenedAt) + selection.dueForRecallAfterDays * DAY_MILLISECONDS;
    if (due > Date.parse(job.createdAt)) return false;
  }
  return true;
}

/** What a job's answers are named after: the model, its pre-processing and all heads. */
export function modelOf(job: Pick<JobRecord, 'model' | 'preprocessing' | 'heads'>) {
  const { model, preprocessing, heads } = job;
  return { model, preprocessing, heads };
}
