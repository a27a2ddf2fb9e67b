import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamCheck } from '../messages/exam-check.ts';
import type { OutgoingMessage } from '../ports/index.ts';
import { LONGEST_PAIRING_WINDOW_SECONDS } from '../programs/program-settings.ts';

/**
 * Asks intake to look at an exam again. Intake sends what its record calls for: the very same request, or, where another
 * model is active since, a new one.
 */
export function examCheckOf({ program, patient, exam }: ExamKey): OutgoingMessage {
  const check: ExamCheck & { readonly waitedSeconds: number } = {
    schema: 'exam-check/1',
    reason: 'pairing-window',
    exam: { program, patient, exam },
    // It has waited for longer than any window is.
    waitedSeconds: LONGEST_PAIRING_WINDOW_SECONDS,
  };
  return { body: JSON.stringify(check), group: program };
}

/**
 * Announces a version of an object to preparation as the store does. What only the store knows of the order of its events is
 * left out: the version's age tells its place.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function announcementOf(key: string, versionId: string | null, group?: string): OutgoingMessage {
  const object = {
    key: encodeURIComponent(key).replaceAll('%20', '+'),
    ...(versionId === null ? {} : { versionId }),
  };
  const body = JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Reconciled', s3: { object } }] });
  return group === undefined ? { body } : { body, group };
}
