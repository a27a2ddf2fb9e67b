import { createHash } from 'node:crypto';
import type { ExamKey } from '../exams/exam-key.ts';
import type { ScreeningOutput } from '../exams/exam-result.ts';
import { arrivalOrder, type ImageVersion } from '../exams/image-version.ts';
import type { Laterality } from '../exams/laterality.ts';
import type { ReceivedImage } from '../exams/receive-image.ts';
import type { ScreeningRequest } from '../messages/screening-request.ts';
import type { ActiveModel } from '../models/active-model.ts';

/** Things that tests of several folders speak about. */
export const EXAM: ExamKey = { program: 'north', patient: 'P1', exam: '2026-05-01' };

export const MODEL: ActiveModel = {
  schema: 'active-model/1',
  model: 'm1',
  preprocessing: 'squash-bicubic-v1',
  heads: [{ name: 'odir', id: 'h1' }],
  trained: false,
};

/** The `version`th photograph of an eye. */
export function imageVersion(laterality: Laterality, version: number): ImageVersion {
  const key = `images/north/P1/2026-05-01/${laterality}.jpg`;
  return {
    key,
    versionId: `v${version}`,
    sha256: createHash('sha256').update(`${laterality} ${version}`).digest('hex'),
    bytes: 1000,
    order: arrivalOrder(new Date(1_000_000 + version), String(version), key),
  };
}

export function receivedImage(laterality: Laterality, version = 1): ReceivedImage {
  return { exam: EXAM, laterality, expectedEyes: 'both', image: imageVersion(laterality, version) };
}

/** A worker's answer to a request: both eyes gradable, one finding. */
export function outputOf(request: Pick<ScreeningRequest, 'requestId' | 'images' | 'model'>): ScreeningOutput {
  const eye = (image: ImageVersion | null) =>
    image === null ? null : { image, quality: { gradable: true as const, reason: null, measurements: {} } };
  return {
    requestId: request.requestId,
    screenedAt: '2026-05-01T12:00:00.000Z',
    model: request.model.model,
    preprocessing: request.model.preprocessing,
    heads: [...request.model.heads],
    eyes: { left: eye(request.images.left), right: eye(request.images.right) },
    findings: [
      { level: 'patient', head: 'odir', label: 'glaucoma', probability: 0.7, threshold: 0.5, positive: true },
    ],
    features: { shard: 'features/m1/s.safetensors', row: 0 },
    flags: ['research-use-only'],
    runtime: { runtime: 'test', provider: 'cpu', precision: 'fp32' },
  };
}
