import type { z } from '@hono/zod-openapi';
import { currentImage, type RequestedImage, requestedImages } from '../../core/exams/exam-image.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { imagesOfResult } from '../../core/exams/exam-result.ts';
import { fieldOfImage } from '../../core/exams/field.ts';
import { finalOf } from '../../core/exams/final.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { MissingEyeReason } from '../../core/exams/quality.ts';
import { resultLineOf } from '../../core/reviews/result-line.ts';
import type { Hides } from './blinded.ts';
import type { examDetailSchema, examStateSchema } from './schemas.ts';

export type ExamState = z.infer<typeof examStateSchema>;

function missingEye(record: ExamRecord, laterality: Laterality): MissingEyeReason | null {
  if (currentImage(record, laterality) !== null) return null;
  return record.expected[laterality] === 0 ? 'not-supplied' : 'not-received';
}

type Contents = ExamState['contents'];

function contentsOf(images: readonly RequestedImage[]): Contents {
  const of = (eye: Laterality) =>
    images.filter(({ laterality }) => laterality === eye).map(({ sha256 }) => sha256);
  return { left: of('left'), right: of('right') };
}

/** Of an exam that is answered its latest request tells them all; of a former result the primary ones are known. */
function screenedContents({ status, request, result }: ExamRecord): Contents | null {
  if (result === null) return null;
  if (status === 'screened' && request !== null) return contentsOf(request.images);
  const { left, right } = imagesOfResult(result);
  return { left: left === null ? [] : [left], right: right === null ? [] : [right] };
}

/** State of an exam, known or not. @param hides whether its result is kept from the caller */
export function examStateOf(
  key: ExamKey,
  record: ExamRecord | undefined,
  hides: Hides = () => false,
): ExamState {
  const { program, patient, exam } = key;
  if (record === undefined) {
    const none = { left: null, right: null };
    return {
      program,
      patient,
      exam,
      status: 'unknown',
      images: none,
      screened: null,
      contents: { left: [], right: [] },
      screenedContents: null,
      missingEyes: none,
      outcome: null,
      blinded: false,
    };
  }
  const { result } = record;
  const sha256Of = (laterality: Laterality) => currentImage(record, laterality)?.sha256 ?? null;
  return {
    program,
    patient,
    exam,
    status: record.status,
    images: { left: sha256Of('left'), right: sha256Of('right') },
    screened: result && imagesOfResult(result),
    contents: contentsOf(requestedImages(record)),
    screenedContents: screenedContents(record),
    missingEyes: { left: missingEye(record, 'left'), right: missingEye(record, 'right') },
    outcome: hides(record) ? null : (finalOf(record)?.outcome ?? null),
    blinded: hides(record),
  };
}

/** State and result of an exam. @param hides whether its result, and what would tell it, is kept from the caller */
export function examDetailOf(
  record: ExamRecord,
  hides: Hides = () => false,
): z.infer<typeof examDetailSchema> {
  const isHidden = hides(record);
  const images = record.images.map((image) => {
    const { key, laterality, field, state, sha256, withdrawal, doubts, prepared } = image;
    const quality = isHidden ? undefined : prepared?.quality;
    return {
      ...{ image: key, laterality, field: fieldOfImage(field, prepared?.field), state, sha256 },
      fieldSeen: prepared?.field ?? null,
      ...{ gradable: quality?.gradable ?? null, reason: quality?.reason ?? null },
      ...(withdrawal === undefined ? {} : { withdrawal }),
      ...(doubts === undefined ? {} : { doubts }),
    };
  });
  const state = examStateOf(record, record, hides);
  return { state, images, result: isHidden ? null : resultLineOf(record) };
}
