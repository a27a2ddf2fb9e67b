import { createHash } from 'node:crypto';
import type { LimitFunction } from 'p-limit';
import { ObjectNotFoundError } from '../../core/errors.ts';
import { imageVersionOf, type RequestedImage } from '../../core/exams/exam-image.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { Field } from '../../core/exams/field.ts';
import type { ImageVersion } from '../../core/exams/image-version.ts';
import type { Quality } from '../../core/exams/quality.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { PreparationPool, TimedImage } from '../../judging/preparation-pool.ts';
import { WorkerError } from '../errors.ts';
import type { StageRates } from '../metrics/stage-rates.ts';

/** One eye, ready for the model or known to be ungradable. */
export interface PreparedEye {
  readonly image: ImageVersion;
  readonly field: Field | null;
  readonly quality: Quality;
  /** `null` if ungradable. */
  readonly pixels: Uint8Array | null;
}

/** What eyes are prepared with. */
export interface Preparation {
  readonly store: ObjectStore;
  readonly pool: Pick<PreparationPool, 'prepare'>;
  readonly rates: StageRates;
  /** Photographs in memory: downloaded, waiting for a thread, or in one. */
  readonly images: LimitFunction;
  readonly log: Log;
  readonly counters: Counters;
}

/** Reasons for which a decoder was ended, or ended by itself. Operators are told of them. */
const ENDED: ReadonlySet<string> = new Set(['too-slow-to-decode', 'decoder-crashed']);

function deleted(requested: RequestedImage): PreparedEye {
  const quality = { gradable: false, reason: 'image-deleted', measurements: {} } as const;
  return { image: imageVersionOf(requested), field: requested.field, quality, pixels: null };
}

async function download(store: ObjectStore, image: ImageVersion): Promise<Uint8Array> {
  const { content } = await store.get(image.key, { versionId: image.versionId ?? undefined });
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (sha256 !== image.sha256) {
    throw new WorkerError(`"${image.key}" was read with SHA-256 ${sha256} instead of ${image.sha256}.`);
  }
  return content;
}

/** Tells what a file was refused for, whose it is, and what it has cost. */
function report(
  { log, counters }: Preparation,
  exam: ExamKey,
  image: RequestedImage,
  { refusal, milliseconds }: TimedImage,
): void {
  if (refusal === null) return;
  const hasEnded = ENDED.has(refusal.reason) || refusal.measured.bytes !== undefined;
  counters.add('ImageRefused', 1);
  if (hasEnded) counters.add('DecoderEnded', 1);
  log[hasEnded ? 'warn' : 'info']('A photograph gives no pixels', {
    exam: examName(exam),
    image: image.key,
    version: image.versionId,
    reason: refusal.reason,
    detail: refusal.message,
    ...refusal.measured,
    processorMilliseconds: Math.round(milliseconds),
  });
}

/**
 * Downloads just the version that the request names, decodes it and judges its quality.
 *
 * @throws if the store fails: that is no fault of the photograph and is tried again
 */
export function prepareEye(
  preparation: Preparation,
  exam: ExamKey,
  image: RequestedImage,
): Promise<PreparedEye> {
  const { store, pool, rates, images } = preparation;
  return images(async () => {
    let content: Uint8Array;
    try {
      content = await rates.time('download', 1, () => download(store, image));
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return deleted(image);
      throw error;
    }
    const prepared = await pool.prepare(content);
    const { pixels, quality, milliseconds } = prepared;
    rates.record('decode', 1, milliseconds);
    report(preparation, exam, image, prepared);
    const { field } = image;
    return { image: imageVersionOf(image), field, quality, pixels: quality.gradable ? pixels : null };
  });
}
