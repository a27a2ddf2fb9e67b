import { createHash } from 'node:crypto';
import type { ExamKey } from '../exams/exam-key.ts';
import type { ImageVersion } from '../exams/image-version.ts';
import type { Laterality } from '../exams/laterality.ts';
import type { PreparedFacts } from '../exams/prepared-facts.ts';
import type { ImagePreparedEvent } from '../messages/domain-event.ts';

/** Tells that a photograph is fit to be screened, or why not. The same preparation is announced under the same id. */
export function imagePreparedEvent(
  prepared: {
    readonly exam: ExamKey;
    readonly image: Pick<ImageVersion, 'key' | 'versionId' | 'sha256'>;
    readonly laterality: Laterality;
    readonly prepared: Pick<PreparedFacts, 'contract' | 'quality'>;
  },
  now: Date,
): ImagePreparedEvent {
  const { program, patient, exam } = prepared.exam;
  const { key, versionId, sha256 } = prepared.image;
  const { contract, quality } = prepared.prepared;
  const text = JSON.stringify([key, versionId, sha256, contract]);
  return {
    type: 'ImagePrepared',
    id: createHash('sha256').update(text).digest('hex').slice(0, 32),
    at: now.toISOString(),
    exam: { program, patient, exam },
    image: key,
    laterality: prepared.laterality,
    gradable: quality.gradable,
    reason: quality.reason,
  };
}
