import { setTimeout as delay } from 'node:timers/promises';
import { subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import { InvalidInputError, PatientErasedError } from '../../core/errors.ts';
import { imagePreparedEvent } from '../../core/events/image-prepared-event.ts';
import { screenedEvent } from '../../core/events/screened-event.ts';
import { requiredFields } from '../../core/exams/capture-protocol.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { missImages } from '../../core/exams/missed-images.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { type ReceivedImage, receiveImage, withPrepared } from '../../core/exams/receive-image.ts';
import { requestScreening } from '../../core/exams/request-screening.ts';
import { arrivalsOf } from '../../core/exams/settling.ts';
import { imageOfRecord } from '../../core/exams/unprepared-images.ts';
import { addDoubt } from '../../core/identity/add-doubt.ts';
import { doubtOfOther, doubtsOfArrival } from '../../core/identity/arrival-doubts.ts';
import { type ContentHolder, forgetContent, registerContent } from '../../core/identity/content-register.ts';
import { forgetMove } from '../../core/identity/moved-from.ts';
import { parseImageKey } from '../../core/keys/image-key.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import type { ImagePrepared } from '../../core/messages/image-prepared.ts';
import { readQueueMessage, UnexpectedMessageError } from '../../core/messages/queue-message.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import type { ProgramSettings } from '../../core/programs/program-settings.ts';
import { updateExam } from '../../core/records/update-exam.ts';
import { consumeQueue, type QueueFunction } from '../consume-queue.ts';
import type { ScreeningQueueOf } from '../screening-queue.ts';
import { type Cause, createFollowUp } from './follow-up.ts';
import { betterFacts, mayAsk, mayAskAgain } from './known-again.ts';
import { PixelsMissingError } from './pixels-missing-error.ts';
import { type ReadImage, readImage } from './read-image.ts';

export interface IntakeOptions {
  readonly home: Pick<Home, 'objects' | 'exams' | 'queues' | 'events'>;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly counters: Counters;
  readonly now?: () => Date;
  /** Where requests for a model wait; in `screening` unless told, as on one machine. */
  readonly queueOf?: ScreeningQueueOf;
}

/** An erasure that runs takes seconds; one that was interrupted is gone on with within minutes, as is the message. */
const ERASURE_ATTEMPTS = 6;
const ERASURE_PAUSE_MILLISECONDS = 50;

/**
 * Refuses an image for an exam that began after another erasure than the image did: either the exam is about to be erased, or
 * the image was looked at before an erasure.
 *
 * @param forgotten an erasure whose tombstone is gone by now: an exam that was begun after it may be gone on with
 * @throws PatientErasedError
 */
function requireErasure(record: ExamRecord, erasure: string | null, forgotten: string | undefined): void {
  const own = record.erasure ?? null;
  if (own === erasure || (erasure === null && own === forgotten)) return;
  throw new PatientErasedError(
    `The patient of exam ${examName(record)} is being erased, and a photograph came for it. It is looked at again.`,
  );
}

/** Messages of one program wait for those of no other. */
function groupOf(body: string): { readonly group?: string } {
  const { program } = subjectOfMessage(body);
  return program === null ? {} : { group: program };
}

/** What a message makes of an exam's record. */
interface Changed {
  readonly record: ExamRecord | undefined;
  /** Whether the change may ask for a screening. */
  readonly asks: boolean;
}

/** An exam as it was written, and whether its screening was asked for with it. */
interface Updated {
  readonly record: ExamRecord | undefined;
  readonly isRequestNew: boolean;
}

/**
 * Intake: pairs prepared photographs into exams and asks for their screening.
 *
 * Each message leads to one conditional write and then to the messages that the record as written calls for. They are
 * sent again on redelivery, since the earlier attempt may have ended between the write and the sending:
 *
 * ```
 * left arrives  ── registered ── check of the pairing window, delayed
 * right arrives ── registered ── check whether the exam is settled, delayed   (if no number of images was announced)
 * settled       ── screening  ── screening request; the result itself where no image is gradable
 * window over   ── screening  ── screening request for the one eye        (if right never came)
 * other model   ── screening  ── images are prepared for it, then the screening request
 * ```
 */
export function createIntake(options: IntakeOptions): QueueFunction {
  const { home, configuration, log, counters } = options;
  const now = options.now ?? (() => new Date());
  const { intake } = home.queues;
  const follow = createFollowUp({
    ...{ home, counters },
    queueOf: options.queueOf ?? (async () => 'screening'),
  });

  /**
   * @param waited for how many seconds the exam is known to have waited for further images
   * @param arrivals all that had come for the exam before its settling time
   * @param isFresh whether what screens now is read, whatever was read a moment ago
   */
  async function update(
    key: ExamKey,
    {
      waited: seconds = 0,
      arrivals,
      isFresh = false,
    }: { readonly waited?: number; readonly arrivals?: string; readonly isFresh?: boolean },
    change: (record: ExamRecord | undefined, contract: string) => Changed,
  ): Promise<Updated> {
    const terms = await configuration.screening(isFresh);
    const { settleSeconds, captureProtocol } = await configuration.settings(key.program);
    const fields = requiredFields(captureProtocol);
    let isRequestNew = false;
    const record = await updateExam(home, key, (before) => {
      const { record: changed, asks } = change(before, terms.contract);
      if (changed === undefined || !asks) return changed;
      const isSettled = settleSeconds === 0 || arrivals === arrivalsOf(changed);
      const asked = requestScreening(changed, terms, now(), { seconds, isSettled, fields });
      isRequestNew = asked.request?.requestId !== before?.request?.requestId;
      return asked;
    });
    return { record, isRequestNew };
  }

  /**
   * Takes an image in. Which erasure its patient had last is asked before the image is looked at, and the exam is begun
   * or gone on with only if it still is the last: what was erased meanwhile makes no exam, and what came after an erasure
   * does not join an exam that is being erased.
   */
  async function receive(message: ImagePrepared, deliveries: number): Promise<void> {
    let known: string | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await receiveOnce(message, deliveries, known);
      } catch (error) {
        if (!(error instanceof PatientErasedError) || attempt >= ERASURE_ATTEMPTS) throw error;
        await delay(ERASURE_PAUSE_MILLISECONDS * attempt);
        known = (await home.exams.get(parseImageKey(message.image.key).exam))?.erasure;
      }
    }
  }

  /** @param known the erasure that the exam was begun after, seen before this attempt */
  async function receiveOnce(
    message: ImagePrepared,
    deliveries: number,
    known: string | undefined,
  ): Promise<void> {
    const { program, patient } = parseImageKey(message.image.key).exam;
    const erasure = await home.exams.latestErasure(program, patient);
    const received = await readImage(home.objects, message);
    if (received === null) return receiveGone(message, deliveries);
    // An upload straight into the store has not told the API of its program.
    await registerProgram(home.objects, program);
    const settings = await configuration.settings(program);
    const { sha256 } = received.image;
    const others = await registerContent(home.objects, sha256, received);
    // Another model may be active since the image was prepared, or since this function has looked.
    const isFresh = (await configuration.screening()).contract !== received.prepared.contract;
    try {
      const updated = await update(received.exam, { isFresh }, (before, contract) => {
        if (before !== undefined) requireErasure(before, erasure, known);
        const doubts = doubtsOfArrival(received, before, others);
        const prepared = betterFacts(before, received, contract);
        const record = receiveImage(
          before,
          { ...received, prepared, doubts },
          now(),
          settings.pairingWindowSeconds,
        );
        return {
          record: before === undefined && erasure !== null ? { ...record, erasure } : record,
          asks: message.bulk !== true && mayAsk(before, record),
        };
      });
      if (message.bulk === true) return;
      await announce(received, updated.record);
      const asksForOthers = updated.isRequestNew || deliveries > 1;
      await follow(updated.record, { prepared: message.image, asksForOthers, settings });
    } catch (error) {
      // Registered for an exam that is erased: the next attempt registers what is left.
      if (error instanceof PatientErasedError) await forgetContent(home.objects, sha256, received);
      if (error instanceof InvalidInputError) await forgetRefused(received);
      throw error;
    }
    if (received.move !== undefined) await forgetMove(home.objects, program, received.move);
    await doubtOthers(received, others, settings);
    counters.add('ImageReceived', 1);
  }

  /** An exam without room for an image has not got its content, unless another image of the eye has it. */
  async function forgetRefused({ exam, laterality, image }: ReceivedImage): Promise<void> {
    const record = await home.exams.get(exam);
    const has = record?.images.some((one) => one.laterality === laterality && one.sha256 === image.sha256);
    if (has !== true) await forgetContent(home.objects, image.sha256, { exam, laterality });
  }

  /** An image that was deleted before it was prepared again. An exam that counts on it is told so. */
  async function receiveGone({ image, prepared, bulk }: ImagePrepared, deliveries: number): Promise<void> {
    counters.add('ImageDeletedMeanwhile', 1);
    log.warn('A photograph was deleted before intake read it', { key: image.key });
    if (prepared.quality.gradable) return;
    const { record } = await update(parseImageKey(image.key).exam, {}, (before) => {
      const known = before && imageOfRecord(before, image);
      if (before === undefined || known === undefined) return { record: before, asks: false };
      const asks = bulk !== true && before.status !== 'screened';
      return { record: withPrepared(before, known, prepared, now()), asks };
    });
    if (bulk === true) return;
    await followUp(record, { prepared: image, asksForOthers: deliveries > 1 });
  }

  /** Tells who listens whether the photograph is fit, as soon as it is known. */
  async function announce(received: ReadImage, record: ExamRecord | undefined): Promise<void> {
    const { exam, image, laterality, prepared } = received;
    const counts = record !== undefined && imageOfRecord(record, image)?.state === 'current';
    if (!counts || record.status === 'screened') return;
    await home.events.publish([imagePreparedEvent({ exam, image, laterality, prepared }, now())]);
  }

  /** Exams that have the same content are in doubt as well: which of them is right cannot be known here. */
  async function doubtOthers(
    received: ReceivedImage,
    others: readonly ContentHolder[],
    settings: ProgramSettings,
  ): Promise<void> {
    const { sha256 } = received.image;
    for (const other of others) {
      if (examName(other.exam) === examName(received.exam)) continue;
      const doubt = doubtOfOther(received, other);
      let before: Outcome | undefined;
      const record = await updateExam(home, other.exam, (found) => {
        before = found?.result?.outcome;
        return found && addDoubt(found, sha256, doubt, settings, now());
      });
      counters.add('IdentityDoubt', 1);
      if (record?.result == null || record.result.outcome === before) continue;
      await home.events.publish([screenedEvent(record, record.result, `${record.result.requestId}.doubt`)]);
    }
  }

  async function followUp(record: ExamRecord | undefined, cause: Omit<Cause, 'settings'>): Promise<void> {
    if (record === undefined) return;
    await follow(record, { ...cause, settings: await configuration.settings(record.program) });
  }

  async function check({ exam, reason, images = [], arrivals, ...check }: ExamCheck): Promise<void> {
    if (reason === 'pixels-missing') return miss(exam, images);
    const waited = check.waitedSeconds ?? 0;
    const isSettling = reason === 'settled';
    const { record } = await update(exam, { waited, arrivals }, (before) => ({
      record: before,
      asks: isSettling ? before?.status === 'registered' : mayAskAgain(before, reason),
    }));
    if (record === undefined) log.warn('An exam to be checked does not exist', { exam: examName(exam) });
    // Another image came meanwhile, and another check with it.
    if (isSettling && record?.status === 'registered') return;
    await followUp(record, { waited, asksForOthers: true });
  }

  /** The worker found no pixels of some images: they are made again, a few times. */
  async function miss(exam: ExamKey, versions: NonNullable<ExamCheck['images']>): Promise<void> {
    let isGivenUp = false;
    const updated = await update(exam, { isFresh: true }, (before) => {
      const missed = before && missImages(before, versions, now());
      isGivenUp = missed?.isGivenUp ?? false;
      return { record: missed?.record, asks: true };
    });
    if (isGivenUp) throw new PixelsMissingError(exam, versions);
    await followUp(updated.record, { asksForOthers: true });
  }

  async function handle(body: string, deliveries: number): Promise<void> {
    const message = readQueueMessage(body);
    switch (message.schema) {
      case 'image-prepared/1':
        return receive(message, deliveries);
      case 'object-created':
        // A former release announced images here.
        return home.queues.preparation.queue.send([{ body, ...groupOf(body) }]);
      case 'exam-check/1':
        return check(message);
      default:
        throw new UnexpectedMessageError('intake', message.schema);
    }
  }

  return consumeQueue({ source: 'intake', deadLetters: intake.deadLetters, log, counters, handle });
}
