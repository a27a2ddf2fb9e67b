import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Attempts } from '../core/attempts/attempts.ts';
import type { AttemptedMessage } from '../core/attempts/deliveries.ts';
import { InvalidInputError, reasonOf } from '../core/errors.ts';
import { examName } from '../core/exams/exam-key.ts';
import type { JobKey } from '../core/jobs/job-record.ts';
import { readJob, readPlan } from '../core/jobs/job-store.ts';
import { shardsOfWorker, unknownJob } from '../core/jobs/planning/plan-job.ts';
import type { ScreenShardOptions } from '../core/jobs/shards/screen-shard.ts';
import { screenShards } from '../core/jobs/shards/screen-shards.ts';
import type { ScreeningRequest } from '../core/messages/screening-request.ts';
import type { Home } from '../core/ports/index.ts';
import type { Log } from '../core/ports/log.ts';
import { screeningBy } from '../core/preparation/prepared-for.ts';
import { InferenceCrashError, StoppingError } from '../screening/errors.ts';
import { activeModel } from '../screening/load-bundle.ts';
import { MOST_CRASHES } from '../screening/settlement/settle-message.ts';
import type { Worker } from './worker.ts';

export interface ScreenJobOptions {
  readonly home: Home;
  readonly job: JobKey;
  /** The number of this worker, from 0. Of `workers` workers each does every n-th shard. */
  readonly workerNumber: number;
  readonly workers: number;
  readonly worker: Pick<Worker, 'screen' | 'inHand'>;
  readonly pricePerHour: number;
  /** A shard is given up when no exam of it has been answered for this long. */
  readonly patienceSeconds: number;
  /** Before an exam is tried again; doubles each time. One second unless told. */
  readonly pauseMilliseconds?: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Times that an exam is tried; no queue delivers it again. */
const ATTEMPTS = 8;

/** Screens an exam, and tries again while what it needs cannot be reached. @throws what the last attempt threw */
async function persistently(options: ScreenJobOptions, request: ScreeningRequest): Promise<void> {
  const { worker, log, signal, pauseMilliseconds = 1_000 } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await worker.screen(JSON.stringify(request));
      return;
    } catch (error) {
      if (error instanceof StoppingError || error instanceof InvalidInputError || attempt >= ATTEMPTS)
        throw error;
      log.warn('An exam could not be screened and is tried again', {
        exam: examName(request.exam),
        reason: reasonOf(error),
        attempt,
      });
      await delay(pauseMilliseconds * 2 ** (attempt - 1), undefined, { signal }).catch(() => {
        throw new StoppingError();
      });
    }
  }
}

/** How attempts at a request are counted: for each job, since a later job may run on a mended worker. */
function attempted(request: ScreeningRequest, { job }: JobKey): AttemptedMessage {
  const body = JSON.stringify({ exam: request.exam, requestId: `${request.requestId}.${job}` });
  return { id: job, body, attributes: {}, receiveCount: 1 };
}

/**
 * Screens an exam that an earlier attempt at the job has begun, with nothing else in hand. The attempt may have died of
 * it: after three such deaths the exam is left out.
 */
async function alone(options: ScreenJobOptions, request: ScreeningRequest): Promise<void> {
  const attempts = new Attempts(options.home.objects);
  const message = attempted(request, options.job);
  const { crashes } = await attempts.find(message);
  if (crashes >= MOST_CRASHES) {
    throw new InvalidInputError(
      `It ended the worker ${crashes} times, each time while nothing else was in hand.`,
    );
  }
  await attempts.begin(message);
  try {
    await persistently(options, request);
  } catch (error) {
    if (!(error instanceof InferenceCrashError)) await attempts.spare(message);
    throw error;
  }
  await attempts.forget(message);
}

/**
 * Screens the shards of a job without the screening queue, as an AWS Batch worker does. Results go the way of all
 * results; a shard's receipt is written when its exams have them. A worker that is reclaimed and started again goes on
 * with the shards that have no receipt, and in them with the exams that have no answer.
 */
export async function screenJob(options: ScreenJobOptions): Promise<void> {
  const { home, job: key, workerNumber, workers, worker, log, signal } = options;
  const job = await readJob(home.objects, key);
  if (job === undefined) throw unknownJob(key);
  const plan = await readPlan(home.objects, job);
  if (plan === undefined) return;
  const hand = pLimit(worker.inHand);
  const inHand = new Set<Promise<void>>();
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  /** Ends when the last exam that is screened alone has ended. */
  let lone: Promise<void> = Promise.resolve();
  const begin = (work: () => Promise<void>): Promise<void> => {
    const working = hand(work);
    const held = working
      .catch(() => undefined)
      .finally(() => {
        inHand.delete(held);
      });
    inHand.add(held);
    return working;
  };
  const beginAlone = (work: () => Promise<void>): Promise<void> => {
    const working = lone.then(async () => {
      while (inHand.size > 0) await Promise.all(inHand);
      await work();
    });
    lone = working.catch(() => undefined);
    return working;
  };
  const screen: ScreenShardOptions['screen'] = async (request, fail, wasAsked) => {
    // Waits for a place, not for the answer.
    const place = Promise.withResolvers<void>();
    const work = async () => {
      place.resolve();
      await (wasAsked ? alone(options, request) : persistently(options, request));
    };
    for (let seen: Promise<void> | null = null; seen !== lone && !signal.aborted; ) {
      seen = lone;
      await Promise.race([seen, stopped]);
    }
    if (signal.aborted) return;
    (wasAsked ? beginAlone(work) : begin(work)).catch((error: unknown) => {
      place.resolve();
      if (error instanceof StoppingError) return;
      log.error('An exam could not be screened', {
        exam: examName(request.exam),
        reason: reasonOf(error),
      });
      fail(`It could not be screened: ${reasonOf(error)}`);
    });
    await Promise.race([place.promise, stopped]);
  };
  await screenShards({
    home,
    job,
    shards: shardsOfWorker(plan, workerNumber, workers),
    terms: async () => screeningBy(home.objects, await activeModel(home.objects)),
    screen,
    patienceSeconds: options.patienceSeconds,
    pricePerHour: options.pricePerHour,
    signal,
  });
}
