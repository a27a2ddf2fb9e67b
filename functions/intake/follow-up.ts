import { requiredFields } from '../../core/exams/capture-protocol.ts';
import { type ExamImage, imageVersionOf } from '../../core/exams/exam-image.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { LATERALITIES } from '../../core/exams/laterality.ts';
import { pairingWindowOf } from '../../core/exams/request-screening.ts';
import {
  type FoundImages,
  NO_RUNTIME,
  NOTHING_READ,
  screeningOutput,
} from '../../core/exams/screening-output.ts';
import { arrivalsOf, mayBeSettled } from '../../core/exams/settling.ts';
import { imageOfRecord, unpreparedImages } from '../../core/exams/unprepared-images.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import { type AnnouncedImage, prepareImages } from '../../core/messages/image-prepared.ts';
import { type ScreeningRequest, screeningRequestOf } from '../../core/messages/screening-request.ts';
import type { ScreeningResult } from '../../core/messages/screening-result.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters } from '../../core/ports/log.ts';
import {
  LONGEST_PAIRING_WINDOW_SECONDS,
  type ProgramSettings,
} from '../../core/programs/program-settings.ts';
import type { ScreeningQueueOf } from '../screening-queue.ts';

/** Why an exam was looked at. */
export interface Cause {
  /** For how many seconds the exam is known to have waited for further images. */
  readonly waited?: number;
  /** The image whose preparation was told; absent where the exam was to be checked. */
  readonly prepared?: AnnouncedImage;
  /** Whether pixels of other images may have to be asked for: the request is new, or an attempt was cut short. */
  readonly asksForOthers: boolean;
  /** Of its program. */
  readonly settings: Pick<ProgramSettings, 'settleSeconds' | 'captureProtocol'>;
}

/** By then a function of the release before has made way for the present one. */
const OTHER_CONTRACT_SECONDS = 60;

/** What was found of an exam's images where the model can read none of them. */
function foundImages(record: ExamRecord, { images }: ScreeningRequest): FoundImages {
  const of = (laterality: (typeof LATERALITIES)[number]) =>
    images.flatMap((image) => {
      const facts = imageOfRecord(record, image)?.prepared;
      if (image.laterality !== laterality || facts === undefined) return [];
      return [{ image: imageVersionOf(image), field: image.field, facts }];
    });
  return { left: of('left'), right: of('right') };
}

/** The answer to a request without a gradable image: no worker could add to it. */
function resultWithoutPixels(record: ExamRecord, request: ScreeningRequest): ScreeningResult {
  const { exam, model } = request;
  const readOut = { model, runtime: NO_RUNTIME };
  const output = screeningOutput(request, readOut, foundImages(record, request), NOTHING_READ);
  const shadow = model.shadow && { heads: model.shadow.heads, findings: [] };
  return { schema: 'screening-result/2', exam, output, shadow };
}

/** Sends what an exam's record calls for, as it is written. Done again, it does no harm. */
export function createFollowUp({
  home,
  counters,
  queueOf,
}: {
  readonly home: Pick<Home, 'queues'>;
  readonly counters: Counters;
  readonly queueOf: ScreeningQueueOf;
}): (record: ExamRecord | undefined, cause: Cause) => Promise<void> {
  const { preparation, intake, results } = home.queues;

  async function request(record: ExamRecord, asked: ScreeningRequest): Promise<void> {
    const group = record.program;
    if (asked.images.some(({ pixelsSha256 }) => pixelsSha256 !== null)) {
      const queue = await queueOf(asked.model.model);
      await home.queues[queue].queue.send([{ body: JSON.stringify(asked), group }]);
      counters.add('ScreeningRequested', 1);
      return;
    }
    await results.queue.send([{ body: JSON.stringify(resultWithoutPixels(record, asked)), group }]);
    counters.add('AnsweredWithoutModel', 1);
  }

  async function check(record: ExamRecord, message: ExamCheck, delaySeconds: number): Promise<void> {
    await intake.queue.send([{ body: JSON.stringify(message), delaySeconds, group: record.program }]);
  }

  /** Waits for images to come; the queue holds the message back for as long as it can. */
  async function wait(record: ExamRecord, { waited = 0, settings }: Cause): Promise<void> {
    const left = Math.max(0, pairingWindowOf(record) - waited);
    const delaySeconds = Math.min(LONGEST_PAIRING_WINDOW_SECONDS, left);
    const { program, patient, exam } = record;
    const message = { schema: 'exam-check/1', exam: { program, patient, exam } } as const;
    const waitedSeconds = waited + delaySeconds;
    await check(record, { ...message, reason: 'pairing-window', waitedSeconds }, delaySeconds);
    if (!mayBeSettled(record, requiredFields(settings.captureProtocol))) return;
    const arrivals = arrivalsOf(record);
    await check(record, { ...message, reason: 'settled', arrivals }, settings.settleSeconds);
  }

  async function prepare(record: ExamRecord, images: readonly ExamImage[]): Promise<void> {
    await preparation.queue.send(prepareImages(record.program, images));
    counters.add('PreparationRequested', images.length);
  }

  /** It was prepared under another contract than its exam is asked for with: a release or a model is on its way. */
  async function lookAgain(record: ExamRecord, { key, versionId }: ExamImage): Promise<void> {
    const { program, patient, exam } = record;
    const images = [{ key, versionId }];
    const schema = 'exam-check/1';
    const message = { schema, reason: 'pixels-missing', exam: { program, patient, exam }, images } as const;
    await check(record, message, OTHER_CONTRACT_SECONDS);
  }

  return async (record, cause) => {
    if (record === undefined) return;
    const { prepared, asksForOthers } = cause;
    const asked = screeningRequestOf(record);
    if (asked !== null) return request(record, asked);
    if (record.status === 'registered') return wait(record, cause);
    const lacking = unpreparedImages(record);
    const own = prepared && imageOfRecord({ images: lacking }, prepared);
    const others = lacking.filter((image) => image !== own);
    if (own !== undefined) await lookAgain(record, own);
    if (asksForOthers && others.length > 0) await prepare(record, others);
  };
}
