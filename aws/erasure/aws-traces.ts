import { TOMBSTONE_DAYS } from '../../core/ports/exam-table.ts';
import type { PatientTraces, RemainingPlace, TraceCounts } from '../../core/ports/index.ts';

/**
 * What the services keep of patients beside objects, exams and vectors. None of it can be searched or changed: it loses
 * its meaning with the exam, and goes by itself.
 */
export const AWS_REMAINING: readonly RemainingPlace[] = [
  {
    place: 'queues',
    holds: 'messages with the exam key; without the exam they lead to nothing',
    days: 14,
  },
  { place: 'dead-letter queues', holds: 'messages that could not be processed, with the exam key', days: 28 },
  { place: 'log groups', holds: 'lines with the exam key or an object key', days: 30 },
  { place: 'backups of the exam table', holds: 'the exam as it was on their day', days: TOMBSTONE_DAYS },
  { place: 'access logs of the bucket', holds: 'who read and wrote which object key', days: 430 },
  { place: 'exports, receivers of webhooks and of events', holds: 'what was sent to them', days: null },
];

/** Nothing to be removed by us: EventBridge keeps no event, and SQS shows a message only to who receives it. */
export const AWS_TRACES: PatientTraces = {
  erase: async (): Promise<TraceCounts> => ({ messages: 0, events: 0, logLines: 0 }),
  remaining: AWS_REMAINING,
};
