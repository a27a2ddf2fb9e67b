import { receiveImage } from '../../../core/exams/receive-image.ts';
import { requestScreening } from '../../../core/exams/request-screening.ts';
import { screeningRequestOf } from '../../../core/messages/screening-request.ts';
import { MODEL, outputOf, receivedImage } from '../../../core/testing/records.ts';

const NOW = new Date('2026-05-01T10:00:00Z');

/** A request of both eyes and its result, as they lie in their queues. */
export async function requestAndResult(): Promise<readonly Buffer[]> {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  const record = requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), MODEL, NOW);
  const request = screeningRequestOf(record);
  if (request === null || record.request === null) throw new Error('Expected a request.');
  const { exam } = request;
  const result = { schema: 'screening-result/2', exam, output: outputOf(record.request) };
  return [request, result].map((message) => Buffer.from(JSON.stringify(message)));
}
