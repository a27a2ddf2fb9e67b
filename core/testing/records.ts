import { createHash } from 'node:crypto';
import type { ActiveModel } from '../activation/active-model.ts';
import { arrivalOrder } from '../exams/arrival-order.ts';
import { imageVersionOf, type RequestedImage, requestedImage } from '../exams/exam-image.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { EyeResult, ScreeningOutput } from '../exams/exam-result.ts';
import type { ImageVersion } from '../exams/image-version.ts';
import { LATERALITIES, type Laterality } from '../exams/laterality.ts';
import type { PreparedFacts } from '../exams/prepared-facts.ts';
import type { ReceivedImage } from '../exams/receive-image.ts';
import type { ScreeningRequest } from '../messages/screening-request.ts';
import { contractOf } from '../preparation/contract.ts';

/** Things that tests of several folders speak about. */
export const EXAM: ExamKey = { program: 'north', patient: 'P1', exam: '2026-05-01' };

export const MODEL: ActiveModel = {
  schema: 'active-model/1',
  model: 'm1',
  preprocessing: 'squash-bicubic-v1',
  heads: [{ name: 'odir', id: 'h1' }],
  trained: false,
  input: { imageSize: 224, detector: null },
};

/** Under which contract images are prepared. */
export const CONTRACT = contractOf({ preprocessing: MODEL.preprocessing, imageSize: 224, detector: null });

/** What exams are screened by. */
export const TERMS = { model: MODEL, contract: CONTRACT };

const SHARPNESS = { left: 3, right: 5 };

/** What preparation found of a gradable image of an eye; no two eyes measure the same. */
export function preparedFacts(laterality: Laterality, contract = CONTRACT): PreparedFacts {
  const measurements = { sharpness: SHARPNESS[laterality] };
  return {
    contract,
    pixelsSha256: createHash('sha256').update(`pixels ${laterality}`).digest('hex'),
    quality: { gradable: true, reason: null, measurements },
    detected: null,
  };
}

/** The `version`th photograph of an eye. */
export function imageVersion(laterality: Laterality, version: number): ImageVersion {
  const key = `images/north/P1/2026-05-01/${laterality}.jpg`;
  return {
    key,
    versionId: `v${version}`,
    sha256: createHash('sha256').update(`${laterality} ${version}`).digest('hex'),
    bytes: 1000,
    order: arrivalOrder({ key, sequence: version, lastModified: new Date(1_000_000 + version) }, ''),
  };
}

export function receivedImage(laterality: Laterality, version = 1): ReceivedImage {
  return {
    exam: EXAM,
    laterality,
    expected: { left: 1, right: 1 },
    image: imageVersion(laterality, version),
    prepared: preparedFacts(laterality),
  };
}

/** The `version`th photographs of both eyes, as a request names them. */
export function requestedPair(version: number): RequestedImage[] {
  return LATERALITIES.map((laterality) => ({
    ...imageVersion(laterality, version),
    laterality,
    field: null,
    pixelsSha256: preparedFacts(laterality).pixelsSha256,
  }));
}

/** What is found of a gradable image of an eye; no two eyes measure the same. */
export function gradableEye(image: ImageVersion, laterality: Laterality): EyeResult {
  const quality = {
    gradable: true as const,
    reason: null,
    measurements: { sharpness: SHARPNESS[laterality] },
  };
  return { image, quality, images: [{ image: image.key, field: null, quality }] };
}

/** A worker's answer to a request: both eyes gradable, one finding. */
export function outputOf(request: Pick<ScreeningRequest, 'requestId' | 'images' | 'model'>): ScreeningOutput {
  const eye = (laterality: Laterality) => {
    const image = requestedImage(request.images, laterality);
    return image === null ? null : gradableEye(imageVersionOf(image), laterality);
  };
  return {
    requestId: request.requestId,
    screenedAt: '2026-05-01T12:00:00.000Z',
    model: request.model.model,
    preprocessing: request.model.preprocessing,
    heads: [...request.model.heads],
    eyes: { left: eye('left'), right: eye('right') },
    findings: [
      { level: 'patient', image: null, head: 'odir', label: 'glaucoma', probability: 0.7, threshold: 0.5 },
    ],
    features: { shard: 'features/m1/s.safetensors', row: 0 },
    flags: ['research-use-only'],
    runtime: { runtime: 'test', provider: 'cpu', precision: 'fp32' },
  };
}
