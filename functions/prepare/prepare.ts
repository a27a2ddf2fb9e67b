import { ImageAttempts } from '../../core/attempts/image-attempts.ts';
import { fieldSchema } from '../../core/exams/field.ts';
import type { PreparedFacts } from '../../core/exams/prepared-facts.ts';
import { parseImageKey } from '../../core/keys/image-key.ts';
import { IMAGE_METADATA } from '../../core/keys/image-metadata.ts';
import { preparedKey, preparedVersionPrefix } from '../../core/keys/prepared-key.ts';
import type { AnnouncedImage, ImagePrepared, PrepareImage } from '../../core/messages/image-prepared.ts';
import { handleEach } from '../../core/messages/object-created.ts';
import { readQueueMessage, UnexpectedMessageError } from '../../core/messages/queue-message.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import type { Home, StoredObject } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { ActiveScreening } from '../../core/preparation/prepared-for.ts';
import {
  decodePreparedImage,
  encodePreparedImage,
  type PreparedImage,
  PreparedImageError,
} from '../../core/preparation/prepared-image.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import type { TimedImage } from '../../judging/index.ts';
import { consumeQueue, type QueueFunction } from '../consume-queue.ts';
import type { FieldCounts } from './field-metrics.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { type Preparer, prepareContent } from './prepare-content.ts';
import { lostContent, readSource } from './read-source.ts';
import { createRender } from './render-image.ts';
import { aloneAfterCrash } from './suspects.ts';

export interface PrepareOptions {
  readonly source: Extract<QueueName, 'preparation' | 'bulk-preparation'>;
  readonly home: Pick<Home, 'objects' | 'prepared' | 'queues'>;
  readonly configuration: Pick<Configuration, 'screening'>;
  /** The preparer for what screens now. */
  readonly preparerFor: (active: ActiveScreening) => Promise<Preparer>;
  /** What its process has in hand, where that has several of these functions. */
  readonly hand?: OneAtATime | undefined;
  readonly log: Log;
  readonly counters: Counters;
  /** Where it is counted which fields photographs show; left out, it is not. */
  readonly fields?: FieldCounts | undefined;
}

interface Asked {
  readonly image: AnnouncedImage;
  readonly bulk: boolean;
  /** The contract that was in force where a job asked. */
  readonly contract?: string | undefined;
}

/** Reasons for which a decoder was ended, or ended by itself. Operators are told of them. */
const ENDED: ReadonlySet<string> = new Set(['too-slow-to-decode', 'decoder-crashed']);

/** What is said of a version that is gone: an exam that counts on it must end. */
function goneFacts(contract: string): PreparedFacts {
  const quality = { gradable: false, reason: 'image-deleted', measurements: {} } as const;
  return { contract, pixelsSha256: null, quality, detected: null, field: null };
}

/**
 * Preparation: the only part that opens what a stranger sent. It reads each file once, decodes it in a process that can be
 * killed, judges it, and stores the model's pixels with what was found:
 *
 * ```
 * images/… ─ read ─ decode ─ judge ─ detect ─▶ prepared/… (pixels, facts) ─ still there? ─▶ image-prepared/1 ─▶ intake
 *                                                   ╰ gone meanwhile: what was prepared is removed, nothing is told
 * ```
 *
 * Done twice, the second time finds the first one's work and tells it again.
 */
export function createPrepare(options: PrepareOptions): QueueFunction {
  const { source, home, configuration, preparerFor, log, counters } = options;
  const render = createRender(options);

  /** What an earlier delivery has prepared; `null` if nothing, or nothing sound. */
  async function known(key: string, object: StoredObject): Promise<PreparedImage | null> {
    const file = await home.prepared.get(key);
    if (file === undefined) return null;
    try {
      return decodePreparedImage(file, object, key);
    } catch (error) {
      if (!(error instanceof PreparedImageError)) throw error;
      log.warn('What was prepared is damaged and is made again', { key, reason: error.message });
      return null;
    }
  }

  function report({ key, versionId }: StoredObject, { refusal, milliseconds }: TimedImage): void {
    if (refusal === null) return;
    const hasEnded = ENDED.has(refusal.reason) || refusal.measured.bytes !== undefined;
    counters.add('ImageRefused', 1);
    if (hasEnded) counters.add('DecoderEnded', 1);
    log[hasEnded ? 'warn' : 'info']('A photograph gives no pixels', {
      image: key,
      version: versionId,
      reason: refusal.reason,
      detail: refusal.message,
      ...refusal.measured,
      processorMilliseconds: Math.round(milliseconds),
    });
  }

  async function make(active: ActiveScreening, object: StoredObject): Promise<PreparedImage | null> {
    const content = await readSource(home.objects, object);
    if (content === null) return null;
    const preparer = await preparerFor(active);
    const { prepared, decoded } = await prepareContent(preparer, active.contract, content);
    report(object, decoded);
    counters.add('ImagePrepared', 1);
    if (!decoded.quality.gradable) counters.add('ImageUngradable', 1);
    else countField(object, prepared.facts);
    return prepared;
  }

  function countField({ key, metadata }: StoredObject, { field, device }: PreparedFacts): void {
    const { program } = parseImageKey(key).exam;
    const named = fieldSchema.safeParse(metadata[IMAGE_METADATA.field]?.trim().toLowerCase());
    options.fields?.add({ program, device, named: named.data ?? null, seen: field ?? null });
  }

  async function tell(
    asked: Asked,
    sha256: string,
    prepared: PreparedFacts,
    takenOn?: string,
  ): Promise<void> {
    const message: ImagePrepared = {
      schema: 'image-prepared/1',
      image: asked.image,
      sha256,
      prepared,
      ...(asked.bulk ? { bulk: true } : {}),
      ...(takenOn === undefined ? {} : { takenOn }),
    };
    const { program } = parseImageKey(asked.image.key).exam;
    await home.queues.intake.queue.send([{ body: JSON.stringify(message), group: program }]);
  }

  /** Who asks may do so since another model is active: what was read a moment ago may be the former one. */
  async function screeningFor({ bulk, contract }: Asked, sha256?: string): Promise<ActiveScreening> {
    if (!bulk) return configuration.screening(sha256 !== undefined);
    const active = await configuration.screening();
    return contract === undefined || contract === active.contract ? active : configuration.screening(true);
  }

  /** @param sha256 of the file as an exam knows it; `undefined` of a new one */
  async function prepare(asked: Asked, sha256?: string): Promise<void> {
    const { key, versionId } = asked.image;
    // A key that names no exam can never be taken in.
    parseImageKey(key);
    const active = await screeningFor(asked, sha256);
    const object = await home.objects.head(key, versionId ?? undefined);
    if (object === undefined) {
      counters.add('ImageDeletedMeanwhile', 1);
      // An earlier delivery may have ended between its write and its look at the source.
      if (versionId !== null) await home.prepared.removeAll(preparedVersionPrefix({ key, versionId }));
      if (sha256 !== undefined) await tell(asked, sha256, goneFacts(active.contract));
      else log.warn('A photograph was deleted before it was prepared', { key });
      return;
    }
    const place = preparedKey(object, active.contract);
    const before = await known(place, object);
    const prepared = before ?? (await make(active, object));
    if (prepared === null) return again(asked, object, sha256);
    if (before === null) await home.prepared.put(place, encodePreparedImage(object, prepared));
    // An erasure that began after the file was read may have looked for what was prepared before it was there.
    if ((await home.objects.head(key, object.versionId ?? undefined)) === undefined) {
      await home.prepared.removeAll(place);
      return prepare(asked, sha256);
    }
    const image = { ...asked.image, versionId: object.versionId };
    await tell({ ...asked, image }, object.sha256, prepared.facts, prepared.takenOn);
  }

  /** A version that could not be read has been deleted since it was looked up, or its content is lost. */
  async function again(asked: Asked, { key, versionId }: StoredObject, sha256?: string): Promise<void> {
    if ((await home.objects.head(key, versionId ?? undefined)) === undefined) return prepare(asked, sha256);
    throw lostContent(key);
  }

  function prepareAgain({ image, sha256, bulk, contract }: PrepareImage): Promise<void> {
    return prepare({ image, bulk: bulk === true, contract }, sha256);
  }

  async function handle(body: string): Promise<void> {
    const message = readQueueMessage(body);
    switch (message.schema) {
      case 'object-created':
        return handleEach(message, ({ key, versionId = null, sequencer }) =>
          prepare({ image: { key, versionId, sequencer }, bulk: false }),
        );
      case 'prepare-image/1':
        return prepareAgain(message);
      case 'render-image/1':
        return render(message);
      default:
        throw new UnexpectedMessageError('preparation', message.schema);
    }
  }

  const queues = home.queues[source];
  return aloneAfterCrash({
    ...{ source, queues, log, counters, hand: options.hand ?? new OneAtATime() },
    attempts: new ImageAttempts(home.prepared),
    consume: consumeQueue({ source, deadLetters: queues.deadLetters, log, counters, handle }),
  });
}
