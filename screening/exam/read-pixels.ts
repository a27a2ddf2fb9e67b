import type { LimitFunction } from 'p-limit';
import { imageVersionOf, type RequestedImage } from '../../core/exams/exam-image.ts';
import { examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { FoundImage } from '../../core/exams/primary-image.ts';
import { imageOfRecord } from '../../core/exams/unprepared-images.ts';
import { preparedKey } from '../../core/keys/prepared-key.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import type { PreparedStore } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import {
  decodePreparedImage,
  type PreparedImage,
  PreparedImageError,
} from '../../core/preparation/prepared-image.ts';
import type { StageRates } from '../metrics/stage-rates.ts';

/** One image of a request, as it was prepared. */
export interface ReadImage extends FoundImage {
  readonly laterality: Laterality;
  /** `null` if it is ungradable. */
  readonly pixels: Uint8Array | null;
}

/** What images are read with. */
export interface Reading {
  readonly store: Pick<PreparedStore, 'get'>;
  /** Side of the model's square, in pixels. */
  readonly imageSize: number;
  readonly rates: StageRates;
  /** Images in memory: being read, or waiting for a batch. */
  readonly images: LimitFunction;
  readonly log: Log;
  readonly counters: Counters;
}

/** The images of a request, or those that have to be prepared again. */
export type ReadRequest =
  | { readonly kind: 'read'; readonly images: readonly ReadImage[] }
  | { readonly kind: 'missing'; readonly images: readonly RequestedImage[] };

/**
 * What was found of an image that gives no pixels: its exam's record says it. One that was deleted before it could be
 * prepared has no file.
 *
 * @returns `null` if the record says something else by now
 */
function ungradable(record: ExamRecord, contract: string, image: RequestedImage): PreparedImage | null {
  const facts = imageOfRecord(record, image)?.prepared;
  return facts?.contract === contract && facts.pixelsSha256 === null ? { facts, pixels: null } : null;
}

/** @returns `null` if there is nothing that can be used */
async function readImage(
  { store, imageSize, log }: Reading,
  request: ScreeningRequest,
  contract: string,
  image: RequestedImage,
): Promise<PreparedImage | null> {
  const key = preparedKey(image, contract);
  const file = await store.get(key);
  if (file === undefined) return null;
  try {
    const prepared = decodePreparedImage(file, image, key);
    const { pixelsSha256 } = prepared.facts;
    if (pixelsSha256 !== image.pixelsSha256) {
      throw new PreparedImageError(
        `"${key}" holds pixels ${pixelsSha256} where the request names ${image.pixelsSha256}.`,
      );
    }
    if (prepared.pixels !== null && prepared.pixels.length !== imageSize * imageSize * 3) {
      throw new PreparedImageError(
        `"${key}" holds ${prepared.pixels.length} bytes of pixels; the model takes ${imageSize} × ${imageSize}.`,
      );
    }
    return prepared;
  } catch (error) {
    if (!(error instanceof PreparedImageError)) throw error;
    log.warn('What was prepared cannot be used', { exam: examName(request.exam), reason: error.message });
    return null;
  }
}

/**
 * Reads what was prepared of the images that a request names, and holds each to its hash. The worker opens no photograph.
 *
 * @param record of the request's exam
 * @throws if the store fails: that is no fault of the exam and is tried again
 */
export async function readPixels(
  reading: Reading,
  request: ScreeningRequest,
  record: ExamRecord,
): Promise<ReadRequest> {
  const { rates, images: limit, counters } = reading;
  const { contract } = request;
  // A former release's request was for a worker that decoded photographs itself.
  if (contract === null) return { kind: 'missing', images: request.images };
  const prepared = await Promise.all(
    request.images.map((image) =>
      image.pixelsSha256 === null
        ? ungradable(record, contract, image)
        : limit(() => rates.time('download', 1, () => readImage(reading, request, contract, image))),
    ),
  );
  const missing = request.images.filter((_, index) => prepared[index] === null);
  if (missing.length > 0) {
    counters.add('PixelsMissing', missing.length);
    return { kind: 'missing', images: missing };
  }
  const images = request.images.flatMap((image, index): ReadImage[] => {
    const found = prepared[index];
    if (found == null) return [];
    const { laterality, field } = image;
    return [{ image: imageVersionOf(image), laterality, field, ...found }];
  });
  return { kind: 'read', images };
}
