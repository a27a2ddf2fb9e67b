import { queueHandler } from '../queue-handler.ts';
import { createIndexExam } from './index-exam.ts';

/** Lambda entry of indexing: called with events of screened exams. */
export const handler = queueHandler(createIndexExam);
