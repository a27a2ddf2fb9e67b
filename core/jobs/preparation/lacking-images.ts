import { type ExamImage, requestedImages } from '../../exams/exam-image.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { requestIdOf, workOf } from '../../exams/request-id.ts';
import type { ScreeningTerms } from '../../exams/request-screening.ts';
import { imageOfRecord } from '../../exams/unprepared-images.ts';
import { preparedKey } from '../../keys/prepared-key.ts';
import type { Home } from '../../ports/index.ts';

/** `true` if an exam has the answer to a request. Of its answer and its request, either may be of a later job or a re-scoring. */
export function isAnsweredBy({ status, result, request }: ExamRecord, requestId: string): boolean {
  return status === 'screened' && (result?.requestId === requestId || request?.requestId === requestId);
}

/** `true` if an exam has been screened by these terms, with the images that count now. */
export function isScreenedBy(record: ExamRecord, { model, contract }: ScreeningTerms): boolean {
  return isAnsweredBy(record, requestIdOf(record, workOf(record, model, contract)));
}

/** Images of an exam that are prepared by its record, but whose pixels have expired. */
export async function expiredImages(
  home: Pick<Home, 'prepared'>,
  { images }: ExamRecord,
  contract: string,
): Promise<readonly ExamImage[]> {
  const prepared = images.filter(
    ({ state, prepared: facts }) =>
      state === 'current' && facts?.contract === contract && facts.pixelsSha256 !== null,
  );
  const isThere = await Promise.all(prepared.map((image) => home.prepared.has(preparedKey(image, contract))));
  return prepared.filter((_, index) => isThere[index] === false);
}

/** What an exam's screening takes, and what of it lacks pixels. */
export interface ExamImages {
  readonly images: number;
  readonly lacking: readonly ExamImage[];
  /** Whether some of those that lack pixels had them once. */
  readonly hasExpired: boolean;
}

/**
 * Looks for the images of an exam that must be prepared before it can be screened by these terms: those that were never
 * prepared under the contract, and those whose pixels have expired. An exam that was screened by them lacks nothing.
 *
 * @param looksForPixels whether to ask the store for pixels that the record says are there
 */
export async function imagesToPrepare(
  home: Pick<Home, 'prepared'>,
  record: ExamRecord,
  terms: ScreeningTerms,
  looksForPixels: boolean,
): Promise<ExamImages> {
  const requested = requestedImages(record);
  const images = requested.length;
  if (isScreenedBy(record, terms)) return { images, lacking: [], hasExpired: false };
  const own = requested.flatMap((image) => imageOfRecord(record, image) ?? []);
  const unprepared = own.filter(({ prepared }) => prepared?.contract !== terms.contract);
  const expired = looksForPixels ? await expiredImages(home, record, terms.contract) : [];
  const again = own.filter((image) => imageOfRecord({ images: expired }, image) !== undefined);
  return { images, lacking: [...unprepared, ...again], hasExpired: again.length > 0 };
}
