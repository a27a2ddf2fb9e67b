import type { ExamKey } from './exam-key.ts';
import type { ExamRecord, ExpectedEyes } from './exam-record.ts';
import type { ImageVersion } from './image-version.ts';
import type { Laterality } from './laterality.ts';

/** How many replaced photographs an exam remembers; the store keeps every version anyway. */
const REPLACED_KEPT = 20;

/** A photograph that has arrived. */
export interface ReceivedImage {
  readonly exam: ExamKey;
  readonly laterality: Laterality;
  readonly image: ImageVersion;
  /** Which eyes the uploader announced; `both` unless said otherwise. */
  readonly expectedEyes: ExpectedEyes;
}

function newRecord(received: ReceivedImage, now: Date, pairingWindowSeconds: number): ExamRecord {
  return {
    schema: 'exam/1',
    ...received.exam,
    revision: 0,
    status: 'registered',
    expectedEyes: received.expectedEyes,
    eyes: { left: null, right: null },
    replaced: [],
    pairingDeadline: new Date(now.getTime() + pairingWindowSeconds * 1000).toISOString(),
    request: null,
    result: null,
    history: [],
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  };
}

function sameVersion(a: ImageVersion, b: ImageVersion): boolean {
  return a.key === b.key && a.versionId === b.versionId && a.order === b.order;
}

/**
 * Adds a photograph to its exam. Of each eye the newest photograph counts, by the order of arrival in the store, so
 * events may come twice and in any order with the same end.
 *
 * ```
 * event v1 ──────────────▶ eyes.left = v1
 * event v2 ──────────────▶ eyes.left = v2, replaced = [v1]
 * event v1 again, late ──▶ nothing changes: v1 is older than v2
 * ```
 *
 * @returns the same record if nothing is new
 */
export function receiveImage(
  record: ExamRecord | undefined,
  received: ReceivedImage,
  now: Date,
  pairingWindowSeconds: number,
): ExamRecord {
  const exam = record ?? newRecord(received, now, pairingWindowSeconds);
  const current = exam.eyes[received.laterality];
  if (current !== null && sameVersion(current, received.image)) return exam;
  if (exam.replaced.some((image) => sameVersion(image, received.image))) return exam;

  const isNewest = current === null || current.order < received.image.order;
  const older = isNewest ? current : received.image;
  const replaced =
    older === null ? exam.replaced : [...exam.replaced, older].sort((a, b) => (a.order < b.order ? 1 : -1));
  return {
    ...exam,
    expectedEyes: exam.expectedEyes === received.expectedEyes ? exam.expectedEyes : 'both',
    eyes: isNewest ? { ...exam.eyes, [received.laterality]: received.image } : exam.eyes,
    replaced: replaced.slice(0, REPLACED_KEPT),
    updatedAt: now.toISOString(),
  };
}
