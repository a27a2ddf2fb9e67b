import { setTimeout as delay } from 'node:timers/promises';
import type { ExamImage } from '../../exams/exam-image.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import type { Outcome } from '../../exams/outcome.ts';
import { requestIdOf, workOf } from '../../exams/request-id.ts';
import type { ScreeningTerms } from '../../exams/request-screening.ts';
import { imageOfRecord, unpreparedImages } from '../../exams/unprepared-images.ts';
import { prepareImages } from '../../messages/image-prepared.ts';
import { type ScreeningRequest, screeningRequestOf } from '../../messages/screening-request.ts';
import type { Home } from '../../ports/index.ts';
import { updateExam } from '../../records/update-exam.ts';
import { ERASED_EXAM, ERASED_NAME, type FailedExam, type ManifestLine } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import { expiredImages, imagesToPrepare, isAnsweredBy, isScreenedBy } from '../preparation/lacking-images.ts';
import type { ShardReceipt } from '../shard-receipt.ts';

export interface ScreenShardOptions {
  readonly home: Pick<Home, 'exams' | 'objects' | 'prepared' | 'queues'>;
  readonly job: JobRecord;
  /** What screens now, and how images are prepared for it. */
  readonly terms: ScreeningTerms;
  readonly shard: number;
  readonly lines: readonly ManifestLine[];
  /** Exams whose images could not be prepared, and why: they fail, unless they have been prepared meanwhile. */
  readonly unprepared?: readonly FailedExam[] | undefined;
  /**
   * Has an exam screened: by a message to the workers, or at once.
   *
   * @param fail to be called if it turns out that no answer will come
   * @param wasAsked whether this job has asked for it before without an answer: its worker may have died of it
   */
  readonly screen: (
    request: ScreeningRequest,
    fail: (reason: string) => void,
    wasAsked: boolean,
  ) => Promise<void>;
  /** Gives up when no exam has been answered for this long. */
  readonly patienceSeconds: number;
  readonly pricePerHour: number;
  readonly signal: AbortSignal;
}

interface Asked {
  readonly key: ExamKey;
  readonly before: Outcome | null;
  /** Why no answer will come; `null` while one may. */
  failure: string | null;
  /** Whether a worker was asked: not before its images are prepared. */
  isSent: boolean;
  /** Whether an earlier attempt at this job has asked for it. */
  readonly wasAsked: boolean;
}

/** Exams looked at in one round: answers come in the order of asking, more or less. */
const LOOKED_AT = 200;
const PAUSE_MILLISECONDS = 250;
const ERASED = ERASED_EXAM.problem;

/**
 * Has the exams of a shard screened and waits for their answers. An exam that has its answer already is skipped; one that
 * was asked for before is asked for again: the asking process may have died before it sent its message.
 *
 * @returns the shard's receipt, or `null` if it was stopped before its end
 */
export async function screenShard(options: ScreenShardOptions): Promise<ShardReceipt | null> {
  const { job, lines, signal } = options;
  const began = performance.now();
  const failed: FailedExam[] = [];
  const asked: Asked[] = [];
  const unprepared = new Map(options.unprepared?.map((one) => [lineName(one), one.reason]));
  let skipped = 0;
  for (const line of lines) {
    if (signal.aborted) return null;
    const { patient, exam, problem } = line;
    const key = { program: job.program, patient, exam };
    const fate = problem === undefined ? await ask(options, key, unprepared.get(lineName(line))) : problem;
    if (typeof fate === 'object') asked.push(fate);
    else if (fate === 'skipped') skipped += 1;
    else if (fate === ERASED) failed.push({ ...ERASED_NAME, reason: ERASED });
    else failed.push({ patient, exam, reason: fate });
  }
  const moved = new Map<string, ShardReceipt['moved'][number]>();
  const unanswered = await answers(options, asked, (record, before) => count(moved, record, before));
  if (unanswered === null) return null;
  failed.push(...unanswered);
  return {
    schema: 'shard-receipt/1',
    shard: options.shard,
    done: lines.length - failed.length,
    skipped,
    superseded: 0,
    failed,
    moved: [...moved.values()],
    compared: [],
    workerSeconds: (performance.now() - began) / 1_000,
    pricePerHour: options.pricePerHour,
  };
}

const lineName = ({ patient, exam }: Pick<ExamKey, 'patient' | 'exam'>): string => `${patient}/${exam}`;

/**
 * @param lacks why its images could not be prepared, if so
 * @returns what was asked, `'skipped'`, or why it cannot be asked
 */
async function ask(
  options: ScreenShardOptions,
  key: ExamKey,
  lacks: string | undefined,
): Promise<Asked | string> {
  const { home, terms, job } = options;
  const now = new Date().toISOString();
  const found = await home.exams.get(key);
  // Most exams of a job that is called for again: their pixels are looked for in vain.
  if (found !== undefined && isScreenedBy(found, terms)) return 'skipped';
  if (found !== undefined && lacks !== undefined) {
    const { lacking } = await imagesToPrepare(home, found, terms, true);
    if (lacking.length > 0) return lacks;
  }
  const expired = found === undefined ? [] : await expiredImages(home, found, terms.contract);
  let isAnswered = false;
  let wasAsked = false;
  const record = await updateExam(home, key, (before) => {
    if (before === undefined) return undefined;
    const work = workOf(before, terms.model, terms.contract);
    const requestId = requestIdOf(before, work);
    isAnswered = isAnsweredBy(before, requestId);
    // By this job: an earlier request has a worker of its own.
    wasAsked = before.request?.requestId === requestId && before.request.requestedAt >= job.createdAt;
    if (isAnswered || wasAsked) return before;
    const request = { requestId, requestedAt: now, ...work };
    const images = before.images.map((image) => withoutPixels(image, expired));
    return { ...before, images, status: 'screening', request, updatedAt: now };
  });
  if (record === undefined) return ERASED;
  if (isAnswered) return 'skipped';
  const asked: Asked = {
    key,
    before: record.result?.outcome ?? null,
    failure: null,
    isSent: false,
    wasAsked,
  };
  await prepare(options, record);
  await send(options, asked, record);
  return asked;
}

function withoutPixels(image: ExamImage, expired: readonly ExamImage[]): ExamImage {
  if (imageOfRecord({ images: expired }, image) === undefined) return image;
  const { prepared: _, ...rest } = image;
  return rest;
}

/** Asks for the pixels that an exam lacks since the job has prepared its images, by the queue of jobs. */
async function prepare({ home, terms }: ScreenShardOptions, record: ExamRecord): Promise<void> {
  const { contract } = terms;
  const messages = prepareImages(record.program, unpreparedImages(record), { bulk: true, contract });
  if (messages.length > 0) await home.queues['bulk-preparation'].queue.send(messages);
}

/** Has an exam screened as soon as all of its images are prepared. */
async function send(options: ScreenShardOptions, asked: Asked, record: ExamRecord): Promise<void> {
  const request = screeningRequestOf(record);
  if (asked.isSent || request === null) return;
  asked.isSent = true;
  const fail = (reason: string) => {
    asked.failure = reason;
  };
  await options.screen(request, fail, asked.wasAsked);
}

function count(
  moved: Map<string, ShardReceipt['moved'][number]>,
  record: ExamRecord,
  from: Outcome | null,
): void {
  const to = record.result?.outcome;
  if (from === null || to === undefined || from === to) return;
  moved.set(`${from} ${to}`, { from, to, exams: (moved.get(`${from} ${to}`)?.exams ?? 0) + 1 });
}

/** @returns the exams that were not answered, or `null` if it was stopped */
async function answers(
  options: ScreenShardOptions,
  asked: readonly Asked[],
  onAnswer: (record: ExamRecord, before: Outcome | null) => void,
): Promise<readonly FailedExam[] | null> {
  const { home, signal, patienceSeconds } = options;
  const failed: FailedExam[] = [];
  const fail = ({ key: { patient, exam } }: Asked, reason: string) => failed.push({ patient, exam, reason });
  let open = [...asked];
  let lastAnswer = performance.now();
  while (open.length > 0) {
    if (signal.aborted) return null;
    const still: Asked[] = [];
    for (const one of open.slice(0, LOOKED_AT)) {
      const record = await home.exams.get(one.key);
      // Without its name: the receipt outlives the erasure.
      if (record === undefined) failed.push({ ...ERASED_NAME, reason: ERASED });
      else if (record.status === 'screened') onAnswer(record, one.before);
      else if (one.failure !== null) fail(one, one.failure);
      else {
        if (!one.isSent) await send(options, one, record);
        still.push(one);
      }
    }
    const left = [...still, ...open.slice(LOOKED_AT)];
    if (left.length < open.length) lastAnswer = performance.now();
    open = left;
    if (performance.now() - lastAnswer > patienceSeconds * 1_000) break;
    if (open.length > 0) await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
  for (const one of open) {
    fail(
      one,
      `Not answered for ${patienceSeconds} s: see the worker's log and the dead letters of queue screening.`,
    );
  }
  return failed;
}
