import type { ExamImage } from '../../core/exams/exam-image.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { ExamResult } from '../../core/exams/exam-result.ts';
import type { ImageVersion } from '../../core/exams/image-version.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { gradableEye } from '../../core/testing/records.ts';

/** A made-up photograph. Those of the two eyes have nothing in common, whatever their number. */
export function imageOf(key: ExamKey, number: number, laterality: Laterality = 'left'): ImageVersion {
  const digit = laterality === 'left' ? String(number % 10) : 'abcdef'.charAt(number % 6);
  return {
    key: `images/${key.program}/${key.patient}/${key.exam}/${laterality}.jpg`,
    versionId: `version-${laterality}-${number}`,
    sha256: digit.repeat(64),
    bytes: (laterality === 'left' ? 50_000 : 70_000) + number,
    order: `2026-05-01T00:00:00.000Z#${number}`,
  };
}

/** A photograph that a newer one replaced. */
export function replacedImage(key: ExamKey, number: number): ExamImage {
  return { ...imageOf(key, number), laterality: 'left', field: 'macula', state: 'replaced' };
}

/** An exam that is not saved yet and waits for its second eye. */
export function registeredExam(key: ExamKey, createdAt: string): ExamRecord {
  return {
    ...key,
    schema: 'exam/2',
    revision: 0,
    status: 'registered',
    expected: { left: 1, right: 1 },
    images: [{ ...imageOf(key, 1), laterality: 'left', field: null, state: 'current' }],
    pairingDeadline: '2026-05-01T00:15:00.000Z',
    request: null,
    result: null,
    createdAt,
    updatedAt: createdAt,
  };
}

function resultOf(record: ExamRecord, outcome: Outcome, screenedAt: string): ExamResult {
  return {
    requestId: 'request-1',
    screenedAt,
    model: 'bundle-1',
    preprocessing: 'squash-224/1',
    heads: [{ name: 'odir', id: 'head-1' }],
    eyes: {
      left: gradableEye(imageOf(record, 1), 'left'),
      right: gradableEye(imageOf(record, 2, 'right'), 'right'),
    },
    findings: [
      {
        level: 'patient',
        image: null,
        head: 'odir',
        label: 'diabetic-retinopathy',
        probability: 0.83,
        threshold: 0.4,
        positive: true,
      },
    ],
    features: { shard: 'features/bundle-1/2026/05/01/1.safetensors', row: 3 },
    flags: ['research-use-only'],
    runtime: { runtime: 'onnxruntime 1', provider: 'cpu', precision: 'fp32' },
    outcome,
    policy: 'policy-1',
  };
}

/** The exam with an answer. */
export function screenedExam(record: ExamRecord, outcome: Outcome, screenedAt: string): ExamRecord {
  return {
    ...record,
    status: 'screened',
    images: [
      ...record.images,
      { ...imageOf(record, 2, 'right'), laterality: 'right', field: null, state: 'current' },
    ],
    result: resultOf(record, outcome, screenedAt),
    updatedAt: screenedAt,
  };
}
