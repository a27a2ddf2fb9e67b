import { setTimeout as delay } from 'node:timers/promises';
import { PatientErasedError } from '../../core/errors.ts';
import { screenedEvent } from '../../core/events/screened-event.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { type ReceivedImage, receiveImage } from '../../core/exams/receive-image.ts';
import { pairingWindowOf, requestScreening } from '../../core/exams/request-screening.ts';
import { addDoubt } from '../../core/identity/add-doubt.ts';
import { doubtOfOther, doubtsOfArrival } from '../../core/identity/arrival-doubts.ts';
import { type ContentHolder, forgetContent, registerContent } from '../../core/identity/content-register.ts';
import { forgetMove } from '../../core/identity/moved-from.ts';
import { parseImageKey } from '../../core/keys/image-key.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import { handleEach, type ObjectCreated } from '../../core/messages/object-created.ts';
import { readQueueMessage, UnexpectedMessageError } from '../../core/messages/queue-message.ts';
import { screeningRequestOf } from '../../core/messages/screening-request.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import {
  LONGEST_PAIRING_WINDOW_SECONDS,
  type ProgramSettings,
} from '../../core/programs/program-settings.ts';
import { updateExam } from '../../core/records/update-exam.ts';
import { consumeQueue, type QueueFunction } from '../consume-queue.ts';
import { readImage } from './read-image.ts';

export interface IntakeOptions {
  readonly home: Pick<Home, 'objects' | 'exams' | 'queues' | 'events'>;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly counters: Counters;
  readonly now?: () => Date;
}

/** An erasure that runs takes seconds; one that was interrupted is gone on with within minutes, as is the message. */
const ERASURE_ATTEMPTS = 6;
const ERASURE_PAUSE_MILLISECONDS = 50;

/**
 * An exam that was begun after another erasure than the one that was asked for: either it is about to be erased, or the
 * image was looked at before the exam's erasure. No image joins it.
 *
 * @param forgotten an erasure whose tombstone is no longer kept: an exam of after it is an exam like any other
 * @throws PatientErasedError
 */
function requireErasure(record: ExamRecord, erasure: string | null, forgotten: string | undefined): void {
  const own = record.erasure ?? null;
  if (own === erasure || (erasure === null && own === forgotten)) return;
  throw new PatientErasedError(
    `The patient of exam ${examName(record)} is being erased, and a photograph came for it. It is looked at again.`,
  );
}

/**
 * Intake: pairs photographs into exams and asks for their screening.
 *
 * Each message leads to one conditional write and then to the messages that the record as written calls for. They are
 * sent again on redelivery, since the earlier attempt may have ended between the write and the sending:
 *
 * ```
 * left arrives  ── registered ── check of the pairing window, delayed
 * right arrives ── screening  ── screening request
 * window over   ── screening  ── screening request for the one eye        (if right never came)
 * ```
 */
export function createIntake(options: IntakeOptions): QueueFunction {
  const { home, configuration, log, counters } = options;
  const now = options.now ?? (() => new Date());
  const { intake, screening } = home.queues;

  async function sendWhatFollows(record: ExamRecord, waited: number): Promise<void> {
    const request = screeningRequestOf(record);
    if (request !== null) {
      await screening.queue.send([{ body: JSON.stringify(request), group: record.program }]);
      counters.add('ScreeningRequested', 1);
      return;
    }
    if (record.status !== 'registered') return;
    const { program, patient, exam } = record;
    const left = Math.max(0, pairingWindowOf(record) - waited);
    const delaySeconds = Math.min(LONGEST_PAIRING_WINDOW_SECONDS, left);
    const check: ExamCheck = {
      schema: 'exam-check/1',
      reason: 'pairing-window',
      exam: { program, patient, exam },
      waitedSeconds: waited + delaySeconds,
    };
    await intake.queue.send([{ body: JSON.stringify(check), delaySeconds, group: program }]);
  }

  /** @param waited for how many seconds the exam is known to have waited for its second eye */
  async function update(
    key: ExamKey,
    waited: number,
    change: (record: ExamRecord | undefined) => ExamRecord | undefined,
  ) {
    const model = await configuration.activeModel();
    const record = await updateExam(home, key, (before) => {
      const changed = change(before);
      return changed === undefined ? undefined : requestScreening(changed, model, now(), waited);
    });
    if (record !== undefined) await sendWhatFollows(record, waited);
    return record;
  }

  /**
   * Takes an image in. Which erasure its patient had last is asked before the image is looked at, and the exam is begun
   * or gone on with only if it still is the last: what was erased meanwhile makes no exam, and what came after an erasure
   * does not join an exam that is being erased.
   */
  async function receive(created: ObjectCreated): Promise<void> {
    let known: string | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await receiveOnce(created, known);
      } catch (error) {
        if (!(error instanceof PatientErasedError) || attempt >= ERASURE_ATTEMPTS) throw error;
        await delay(ERASURE_PAUSE_MILLISECONDS * attempt);
        known = (await home.exams.get(parseImageKey(created.key).exam))?.erasure;
      }
    }
  }

  /** @param known the erasure that the exam was begun after, seen before this attempt */
  async function receiveOnce(created: ObjectCreated, known: string | undefined): Promise<void> {
    const { program, patient } = parseImageKey(created.key).exam;
    const erasure = await home.exams.latestErasure(program, patient);
    const received = await readImage(home.objects, created);
    if (received === null) {
      counters.add('ImageDeletedMeanwhile', 1);
      log.warn('A photograph was deleted before intake read it', { key: created.key });
      return;
    }
    // An upload straight into the store has not told the API of its program.
    await registerProgram(home.objects, program);
    const settings = await configuration.settings(program);
    const { sha256 } = received.image;
    const others = await registerContent(home.objects, sha256, received);
    try {
      await update(received.exam, 0, (before) => {
        if (before !== undefined) requireErasure(before, erasure, known);
        const doubts = doubtsOfArrival(received, before, others);
        const record = receiveImage(before, { ...received, doubts }, now(), settings.pairingWindowSeconds);
        return before === undefined && erasure !== null ? { ...record, erasure } : record;
      });
    } catch (error) {
      // Registered for an exam that is erased: the next attempt registers what is left.
      if (error instanceof PatientErasedError) await forgetContent(home.objects, sha256, received);
      throw error;
    }
    if (received.move !== undefined) await forgetMove(home.objects, program, received.move);
    await doubtOthers(received, others, settings);
    counters.add('ImageReceived', 1);
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

  async function check({ exam, waitedSeconds = 0 }: ExamCheck): Promise<void> {
    const record = await update(exam, waitedSeconds, (before) => before);
    if (record === undefined) log.warn('An exam to be checked does not exist', { exam: examName(exam) });
  }

  async function handle(body: string): Promise<void> {
    const message = readQueueMessage(body);
    switch (message.schema) {
      case 'object-created':
        return handleEach(message, receive);
      case 'exam-check/1':
        return check(message);
      default:
        throw new UnexpectedMessageError('intake', message.schema);
    }
  }

  return consumeQueue({ source: 'intake', deadLetters: intake.deadLetters, log, counters, handle });
}
