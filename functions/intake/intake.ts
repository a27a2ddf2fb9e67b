import { screenedEvent } from '../../core/events/screened-event.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { type ReceivedImage, receiveImage } from '../../core/exams/receive-image.ts';
import { pairingWindowOf, requestScreening } from '../../core/exams/request-screening.ts';
import { updateExam } from '../../core/exams/update-exam.ts';
import { addDoubt } from '../../core/identity/add-doubt.ts';
import { doubtOfOther, doubtsOfArrival } from '../../core/identity/arrival-doubts.ts';
import { type ContentHolder, registerContent } from '../../core/identity/content-register.ts';
import { type ExamCheck, examCheckSchema } from '../../core/messages/exam-check.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import { screeningRequestOf } from '../../core/messages/screening-request.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import {
  LONGEST_PAIRING_WINDOW_SECONDS,
  type ProgramSettings,
} from '../../core/programs/program-settings.ts';
import { consumeQueue, type QueueFunction } from '../consume-queue.ts';
import { handleEach, type ObjectCreated, parseObjectCreated } from './object-created.ts';
import { readImage } from './read-image.ts';

export interface IntakeOptions {
  readonly home: Pick<Home, 'objects' | 'exams' | 'queues' | 'events'>;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly counters: Counters;
  readonly now?: () => Date;
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

  async function receive(created: ObjectCreated): Promise<void> {
    const received = await readImage(home.objects, created);
    if (received === null) {
      counters.add('ImageDeletedMeanwhile', 1);
      log.warn('A photograph was deleted before intake read it', { key: created.key });
      return;
    }
    const { program } = received.exam;
    // Whoever uploads straight into the store has told the API of no program.
    await registerProgram(home.objects, program);
    const settings = await configuration.settings(program);
    const others = await registerContent(home.objects, received.image.sha256, received);
    await update(received.exam, 0, (before) => {
      const doubts = doubtsOfArrival(received, before, others);
      return receiveImage(before, { ...received, doubts }, now(), settings.pairingWindowSeconds);
    });
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
    let content: unknown;
    try {
      content = JSON.parse(body);
    } catch {
      content = undefined;
    }
    const announced = parseObjectCreated(content);
    if (announced === null) return check(parseMessage(examCheckSchema, body));
    await handleEach(announced, receive);
  }

  return consumeQueue({ source: 'intake', deadLetters: intake.deadLetters, log, counters, handle });
}
