import type { ExamImage } from '../../core/exams/exam-image.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { ExamResult } from '../../core/exams/exam-result.ts';
import type { ImageVersion } from '../../core/exams/image-version.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { gradableEye } from '../../core/testing/records.ts';

/** A made-up photograph. */
export function imageOf(key: ExamKey, number: number): ImageVersion {
  return {
    key: `images/${key.program}/${key.patient}/${key.exam}/left.jpg`,
    versionId: `version-${number}`,
    sha256: String(number % 10).repeat(64),
    bytes: 50_000 + number,
    order: `2026-05-01T00:00:00.000Z#${number}`,
  };
}

/** A photograph that a newer one replaced. */
export function replacedImage(key: ExamKey, number: number): ExamImage {
  return { ...imageOf(key, number), laterality: 'left', field: 'macula', state: 'replaced' };
}

/** An exam that nobody has saved yet and that waits for its second eye. */
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
      right: null,
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
    flags: ['research-use-only', 'right-eye-missing'],
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
    result: resultOf(record, outcome, screenedAt),
    updatedAt: screenedAt,
  };
}
