import type { z } from '@hono/zod-openapi';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { MissingEyeReason } from '../../core/exams/quality.ts';
import { resultLineOf } from '../../core/exams/result-line.ts';
import type { examDetailSchema, examStateSchema } from './schemas.ts';

export type ExamState = z.infer<typeof examStateSchema>;

function missingEye(record: ExamRecord, laterality: Laterality): MissingEyeReason | null {
  if (record.eyes[laterality] !== null) return null;
  return record.expectedEyes === 'both' ? 'not-received' : 'not-supplied';
}

/** State of an exam, of one that nobody has sent as well. */
export function examStateOf(key: ExamKey, record: ExamRecord | undefined): ExamState {
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
      missingEyes: none,
      outcome: null,
    };
  }
  const { eyes, result } = record;
  return {
    program,
    patient,
    exam,
    status: record.status,
    images: { left: eyes.left?.sha256 ?? null, right: eyes.right?.sha256 ?? null },
    screened: result && {
      left: result.eyes.left?.image.sha256 ?? null,
      right: result.eyes.right?.image.sha256 ?? null,
    },
    missingEyes: { left: missingEye(record, 'left'), right: missingEye(record, 'right') },
    outcome: result?.outcome ?? null,
  };
}

/** State and result of an exam. */
export function examDetailOf(record: ExamRecord): z.infer<typeof examDetailSchema> {
  return { state: examStateOf(record, record), result: resultLineOf(record) };
}
