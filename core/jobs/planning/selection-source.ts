import { requestedImages } from '../../exams/exam-image.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing } from '../../exams/exam-listing.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { OUTCOMES } from '../../exams/outcome.ts';
import type { Home } from '../../ports/index.ts';
import type { ManifestLine } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import { failedExamsOf } from '../receipts.ts';
import { selects } from './selects.ts';
import { manifestPage } from './uploaded-manifest.ts';

/** Exams read at once, at most. A shard ends where a page ends. */
const EXAMS_PER_PAGE = 500;

/** A part of a selection, and where to go on. */
export interface SelectionPage {
  readonly lines: readonly ManifestLine[];
  readonly cursor?: string;
}

/** Reads a selection part by part; the same place gives the same part as long as no exam changes. */
export type SelectionSource = (cursor: string | undefined) => Promise<SelectionPage>;

/** Where planning finds the exams of a job: in a manifest, among those that failed, or in the exam table. */
export function selectionSource(
  home: Pick<Home, 'objects' | 'exams'>,
  job: JobRecord,
  examsPerShard: number,
): SelectionSource {
  const { manifest, failedInJob } = job.selection;
  const named = async (names: readonly Pick<ExamKey, 'patient' | 'exam'>[]) => {
    const keys = names.map(({ patient, exam }) => ({ program: job.program, patient, exam }));
    const records = await Promise.all(keys.map((key) => home.exams.get(key)));
    return records.flatMap((record, index) => namedLine(job, keys[index] as ExamKey, record) ?? []);
  };
  if (manifest !== undefined) {
    return async (cursor) => {
      const page = await manifestPage(home.objects, manifest, Number(cursor ?? 0));
      const lines = await named(page.exams);
      return page.next === null ? { lines } : { lines, cursor: String(page.next) };
    };
  }
  if (failedInJob !== undefined) {
    return async (cursor) => {
      const page = await failedExamsOf(home.objects, { program: job.program, job: failedInJob }, cursor);
      const lines = await named(page.items);
      return page.cursor === undefined ? { lines } : { lines, cursor: page.cursor };
    };
  }
  const limit = Math.min(examsPerShard, EXAMS_PER_PAGE);
  return (cursor) => tablePage(home, job, limit, cursor);
}

/** An exam asked for by its name is never left out in silence: if it cannot be worked on, it fails with the reason. */
function namedLine(job: JobRecord, key: ExamKey, record: ExamRecord | undefined): ManifestLine | null {
  const { patient, exam } = key;
  const blank = { patient, exam, base: null, features: null };
  if (record === undefined) return { ...blank, problem: 'The program has no such exam.' };
  if (job.mode === 'rescore' && record.status !== 'screened') {
    return { ...blank, problem: 'The exam is not screened yet: there are no features to read.' };
  }
  return selects(job, record) ? lineOf(job, record) : null;
}

function lineOf(job: JobRecord, record: ExamRecord): ManifestLine {
  const { patient, exam, request, result } = record;
  const features = result?.features ?? null;
  const images = job.mode === 'screen' ? { images: requestedImages(record).length } : {};
  const line = { patient, exam, base: request?.requestId ?? null, features, ...images };
  if (job.mode === 'rescore' && result !== null && result.model !== job.model) {
    return {
      ...line,
      problem: `Its features are of model ${result.model}, the job's heads are for model ${job.model}. Screen it first.`,
    };
  }
  return line;
}

function listingsOf({ mode, selection }: JobRecord): readonly ExamListing[] {
  if (selection.outcome !== undefined) return [selection.outcome];
  if (selection.dueForRecallAfterDays !== undefined) return ['recall'];
  const { since, until, label } = selection;
  const ofResults = since !== undefined || until !== undefined || label !== undefined;
  return mode === 'rescore' || ofResults ? OUTCOMES : EXAM_LISTINGS;
}

/**
 * Oldest first: re-scoring keeps an exam's place in this order, and a new screening moves it to the end. So every exam
 * comes by the planner, even while others work on it.
 */
async function tablePage(
  home: Pick<Home, 'exams'>,
  job: JobRecord,
  limit: number,
  cursor: string | undefined,
): Promise<SelectionPage> {
  const page = await home.exams.list(job.program, {
    listings: listingsOf(job),
    order: 'oldest-first',
    limit,
    ...(job.selection.since === undefined ? {} : { since: job.selection.since }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const lines = page.items.filter((record) => selects(job, record)).map((record) => lineOf(job, record));
  return page.cursor === undefined ? { lines } : { lines, cursor: page.cursor };
}
