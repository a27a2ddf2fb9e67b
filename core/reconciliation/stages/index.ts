import type { Stage } from '../stage.ts';
import { endedJobs } from './ended-jobs.ts';
import { erasures } from './erasures.ts';
import { examRecords } from './exam-records.ts';
import { featureRows } from './feature-rows.ts';
import { keptRecords } from './kept-records.ts';
import { listedRows } from './listed-rows.ts';
import { rememberedAnswers } from './remembered-answers.ts';
import { searchIndex } from './search-index.ts';
import { unannouncedImages } from './unannounced-images.ts';
import { unnamedContents } from './unnamed-contents.ts';
import { waitingExams } from './waiting-exams.ts';

/**
 * In the order in which they are done. What people have said is brought back before photographs are announced again: a
 * withdrawn one is known by then. Programs that only their photographs tell of are known to all that follow.
 */
export const STAGE_NAMES = [
  'remembered-answers',
  'erasures',
  'kept-records',
  'images',
  'waiting-exams',
  'exam-records',
  'search-index',
  'jobs',
  'feature-rows',
  'listed-rows',
  'contents',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export const STAGES: Readonly<Record<StageName, Stage>> = {
  'remembered-answers': rememberedAnswers as Stage,
  erasures: erasures as Stage,
  'kept-records': keptRecords as Stage,
  images: unannouncedImages as Stage,
  'waiting-exams': waitingExams as Stage,
  'exam-records': examRecords as Stage,
  'search-index': searchIndex as Stage,
  jobs: endedJobs as Stage,
  'feature-rows': featureRows as Stage,
  'listed-rows': listedRows as Stage,
  contents: unnamedContents as Stage,
};
