import type { z } from '@hono/zod-openapi';
import { newestOf } from '../../core/exams/arrival-order.ts';
import type { ExamImage } from '../../core/exams/exam-image.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { fieldOfImage, isFieldDoubtful } from '../../core/exams/field.ts';
import type { ImageVersion } from '../../core/exams/image-version.ts';
import { checkLaterality } from '../../core/exams/laterality-check.ts';
import { UNGRADABLE_ADVICE } from '../../core/exams/quality.ts';
import { imageOfRecord } from '../../core/exams/unprepared-images.ts';
import { IMAGE_PREFIX, parseImageKey } from '../../core/keys/image-key.ts';
import type { Home } from '../../core/ports/index.ts';
import type { BurntIn } from '../../core/preparation/rendition.ts';
import type { imageStateSchema } from './image-schemas.ts';
import { ApiError } from './problem.ts';

/** The newest version of a photograph, and what its exam knows of it. */
export interface FoundImage {
  readonly version: Pick<ImageVersion, 'key' | 'versionId' | 'sha256'>;
  /** Whether its bytes are in the store. */
  readonly isStored: boolean;
  readonly record: ExamRecord | undefined;
  /** `undefined` while no exam lists this version. */
  readonly listed: ExamImage | undefined;
}

/**
 * Finds the newest version of a photograph by its name. One that was deleted is found as long as its exam lists it.
 *
 * @param name the last part of its key: `left.jpg`
 * @throws ApiError 404 where there is none
 */
export async function findImage(
  home: Pick<Home, 'objects' | 'exams'>,
  exam: ExamKey,
  name: string,
): Promise<FoundImage> {
  const key = `${IMAGE_PREFIX}${examName(exam)}/${name}`;
  const [record, object] = await Promise.all([home.exams.get(exam), home.objects.head(key)]);
  if (object !== undefined) {
    const listed = record && imageOfRecord(record, object);
    return { version: object, isStored: true, record, listed };
  }
  const listed = newestOf(record?.images.filter((image) => image.key === key) ?? []) ?? undefined;
  if (listed !== undefined) return { version: listed, isStored: false, record, listed };
  throw new ApiError(404, `Exam "${exam.exam}" of patient "${exam.patient}" has no image "${name}".`);
}

function preparationOf({ record, listed }: FoundImage): z.infer<typeof imageStateSchema>['preparation'] {
  if (listed?.prepared !== undefined) return 'prepared';
  // What former releases took in is prepared once its exam is screened again.
  return listed !== undefined && record?.status === 'screened' ? 'not-noted' : 'waiting';
}

/** @param burntIn `null` if it was not rendered */
export function imageStateOf(found: FoundImage, burntIn: BurntIn | null): z.infer<typeof imageStateSchema> {
  const { version, listed } = found;
  const { quality, detected, turned, device, field: seen } = listed?.prepared ?? {};
  const laterality = listed === undefined ? parseImageKey(version.key).laterality : listed.laterality;
  const reason = quality?.reason ?? null;
  return {
    image: version.key,
    sha256: version.sha256,
    preparation: preparationOf(found),
    state: listed?.state ?? null,
    laterality,
    field: fieldOfImage(listed?.field ?? null, seen),
    fieldSeen: seen ?? null,
    fieldDoubtful: isFieldDoubtful(listed?.field ?? null, seen),
    gradable: quality?.gradable ?? null,
    reason,
    advice: reason && UNGRADABLE_ADVICE[reason],
    lateralityCheck:
      detected && laterality ? checkLaterality(laterality, detected.left, detected.threshold, turned) : null,
    takenOn: listed?.takenOn ?? null,
    device: device ?? null,
    burntIn: burntIn && { outside: burntIn.outside, flags: [...burntIn.flags] },
  };
}
