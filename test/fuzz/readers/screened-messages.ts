import { receiveImage } from '../../../core/exams/receive-image.ts';
import { requestScreening } from '../../../core/exams/request-screening.ts';
import { screeningRequestOf } from '../../../core/messages/screening-request.ts';
import {
  EXAM,
  imageVersion,
  outputOf,
  preparedFacts,
  receivedImage,
  TERMS,
} from '../../../core/testing/records.ts';

const NOW = new Date('2026-05-01T10:00:00Z');

/** A request of both eyes and its result, as they lie in their queues. */
export async function requestAndResult(): Promise<readonly Buffer[]> {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  const record = requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
  const request = screeningRequestOf(record);
  if (request === null || record.request === null) throw new Error('Expected a request.');
  const { exam } = request;
  const result = { schema: 'screening-result/2', exam, output: outputOf(record.request) };
  return [request, result].map((message) => Buffer.from(JSON.stringify(message)));
}

/** What preparation, intake and the worker tell each other of an image. */
export function preparationMessages(): readonly Buffer[] {
  const { key, versionId, sha256 } = imageVersion('left', 1);
  const image = { key, versionId, sequencer: '0A' };
  const prepared = { ...preparedFacts('left'), detected: { left: 0.25, gradable: 0.75, threshold: 0.9 } };
  const messages = [
    { schema: 'image-prepared/1', image, sha256, prepared, takenOn: '2026-05-01' },
    { schema: 'prepare-image/1', image: { ...image, versionId: null }, sha256, bulk: true },
    { schema: 'exam-check/1', reason: 'pixels-missing', exam: EXAM, images: [{ key, versionId }] },
    {
      ...{ type: 'ImagePrepared', id: 'i1', at: NOW.toISOString(), exam: EXAM, image: key },
      ...{ laterality: 'left', gradable: true, reason: null },
    },
  ];
  return messages.map((message) => Buffer.from(JSON.stringify(message)));
}
