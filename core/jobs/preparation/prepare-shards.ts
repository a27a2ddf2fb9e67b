import pLimit from 'p-limit';
import type { ScreeningTerms } from '../../exams/request-screening.ts';
import { prepareImages } from '../../messages/image-prepared.ts';
import type { Home } from '../../ports/index.ts';
import { ERASED_EXAM, ERASED_NAME, type FailedExam, type JobPlan, type ManifestLine } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import { readShard } from '../job-store.ts';
import { imagesToPrepare } from './lacking-images.ts';
import {
  listPrepared,
  listPreparing,
  readPreparing,
  storePrepared,
  storePreparing,
} from './preparation-store.ts';
import type { ShardPreparing } from './shard-preparation.ts';

/** How a home waits for preparation. */
export interface PreparationPatience {
  /** Images are given up when none of those asked for has been prepared for this long. */
  readonly patienceSeconds: number;
  /** Shards whose images are asked for at a time: what a job that is cancelled has prepared in vain. */
  readonly shardsAtOnce: number;
  /** A look that has taken this long begins no further shard: the next one does. */
  readonly lookSeconds: number;
  /** Before the next look, where few images are open. */
  readonly leastPauseSeconds: number;
}

/** In AWS. One machine prepares less at a time, and looks more often. */
export const PREPARATION_PATIENCE: PreparationPatience = {
  patienceSeconds: 3_600,
  // 32,000 images: more than fifty calls prepare between two looks.
  shardsAtOnce: 16,
  lookSeconds: 300,
  leastPauseSeconds: 5,
};

export interface PrepareShardsOptions extends PreparationPatience {
  readonly home: Pick<Home, 'exams' | 'objects' | 'prepared' | 'queues'>;
  readonly job: JobRecord;
  readonly plan: JobPlan;
  /** What screens now, and how images are prepared for it. */
  readonly terms: ScreeningTerms;
}

/** What a look has left to the next one. */
export interface OpenPreparation {
  /** Images that were asked for and are not prepared yet. */
  readonly left: number;
  /** How long none has been prepared, until the next look. */
  readonly waitedSeconds: number;
  /** Whether those that are open have been asked for once more since. */
  readonly askedAgain: boolean;
}

/** A shard whose images were asked for, as it is found now. */
interface OpenShard {
  readonly preparing: ShardPreparing;
  /** Images that are not prepared yet. */
  readonly left: number;
  /** Images of exams that are gone. */
  readonly gone: number;
  /** What to send to have them prepared. */
  readonly messages: ReturnType<typeof prepareImages>;
  readonly exams: readonly { readonly patient: string; readonly exam: string; readonly images: number }[];
}

/** Exams read side by side. */
const AT_ONCE = 48;
/** Messages may have been lost, or answered under a former contract: what is open is asked for once more by then. */
const ASK_AGAIN_SECONDS = 120;
/** By then what was asked for once more has come, or its queues are not empty. */
const NOTHING_COMES_SECONDS = 300;
const LONGEST_PAUSE_SECONDS = 60;
/** A look costs a read of each open exam: so many images, a second's pause. */
const IMAGES_PER_PAUSE_SECOND = 100;
const ERASED: FailedExam = { ...ERASED_NAME, reason: ERASED_EXAM.problem };

/**
 * Looks once at what a job's images lack, and has it prepared: a step that is repeated until nothing is open. It holds
 * nothing between two looks but what its last one returned, so it may be killed anywhere and done twice.
 *
 * ```
 * shard ─ nothing lacks ──────────────────────────────────────────▶ prepared/000000.json   (its receipt)
 *       ╰ images asked for, bulk-preparation ─▶ preparing/…/000000.json ─ all there, or given up ─▶ prepared/000000.json
 * ```
 *
 * @param before what the last look returned; `null` at the first
 * @returns what is open and the seconds until the next look, or `null` once every shard has its receipt
 * @throws JobDamagedError if the manifest of a shard cannot be read
 */
export async function prepareShards(
  options: PrepareShardsOptions,
  before: OpenPreparation | null,
): Promise<{ readonly open: OpenPreparation; readonly pauseSeconds: number } | null> {
  const { home, job, plan, terms, patienceSeconds, shardsAtOnce } = options;
  const began = performance.now();
  const done = new Set((await listPrepared(home.objects, job)).map(({ shard }) => shard));
  const asked = (await listPreparing(home.objects, job, terms.contract)).map(({ shard }) => shard);
  let open: OpenShard[] = [];
  for (const shard of asked.filter((number) => !done.has(number))) {
    const found = await lookAgain(options, shard);
    if (found === null) continue;
    if (found.left > 0) open.push(found);
    else {
      await settle(options, found, '');
      done.add(shard);
    }
  }
  const stillLeft = leftOf(open);
  const hasMoved = before === null || stillLeft < before.left || before.left === 0;
  let waited = hasMoved ? 0 : before.waitedSeconds;
  let askedAgain = hasMoved ? false : before.askedAgain;
  const reason = await whyGivenUp(options, waited);
  if (reason !== null) {
    for (const shard of open) await settle(options, shard, reason);
    for (const { preparing } of open) done.add(preparing.shard);
    open = [];
    // What is asked for next has some minutes to show that preparation works again.
    waited = Math.max(0, Math.min(waited, patienceSeconds) - NOTHING_COMES_SECONDS);
  } else if (waited >= Math.min(ASK_AGAIN_SECONDS, patienceSeconds / 2) && !askedAgain) {
    for (const { messages } of open) await home.queues['bulk-preparation'].queue.send(messages);
    askedAgain = true;
  }
  const known = new Set([...done, ...open.map(({ preparing }) => preparing.shard)]);
  let begunShards = 0;
  let isCutShort = false;
  for (let shard = 0; shard < plan.shards && open.length < shardsAtOnce; shard += 1) {
    if (known.has(shard)) continue;
    // One at least: a slow home goes on, too.
    isCutShort = begunShards > 0 && performance.now() - began > options.lookSeconds * 1_000;
    if (isCutShort) break;
    begunShards += 1;
    const begun = await lookFirst(options, shard);
    if (begun === null) done.add(shard);
    else open.push(begun);
  }
  if (done.size >= plan.shards) return null;
  const left = leftOf(open);
  const pauseSeconds = isCutShort ? 0 : pauseOf(left, options.leastPauseSeconds);
  return { open: { left, waitedSeconds: waited + pauseSeconds, askedAgain }, pauseSeconds };
}

function leftOf(open: readonly OpenShard[]): number {
  return open.reduce((sum, { left }) => sum + left, 0);
}

function pauseOf(left: number, least: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, Math.max(least, left / IMAGES_PER_PAUSE_SECOND));
}

/** Asks for what a shard lacks. @returns `null` if it lacks nothing: then it has its receipt */
async function lookFirst(options: PrepareShardsOptions, shard: number): Promise<OpenShard | null> {
  const { home, job, terms } = options;
  const lines = await readShard(home.objects, job, shard);
  const looks = await lookAt(
    options,
    lines.map((line, index) => ({ line, index, images: 0, looksForPixels: true })),
  );
  const lacking = looks.filter((look) => look.lacking.length > 0);
  const images = looks.reduce((sum, look) => sum + look.images, 0);
  const left = lacking.reduce((sum, look) => sum + look.lacking.length, 0);
  const preparing: ShardPreparing = {
    ...{ schema: 'shard-preparing/1', shard, contract: terms.contract, images, found: images - left },
    open: lacking.map(({ index, lacking: own, hasExpired }) => ({
      ...{ line: index, images: own.length },
      ...(hasExpired ? { expired: true as const } : {}),
    })),
  };
  const open = openShard(job, preparing, lacking);
  if (left === 0) {
    await settle(options, open, '');
    return null;
  }
  // Before it is written down: who dies in between is followed by one that asks again.
  await home.queues['bulk-preparation'].queue.send(open.messages);
  await storePreparing(home.objects, job, preparing);
  return open;
}

/** Looks at a shard whose images were asked for. @returns `null` if what was asked for is not known: it is asked for again */
async function lookAgain(options: PrepareShardsOptions, shard: number): Promise<OpenShard | null> {
  const { home, job, terms } = options;
  const preparing = await readPreparing(home.objects, job, terms.contract, shard);
  if (preparing === undefined) return null;
  const lines = await readShard(home.objects, job, shard);
  const asked = preparing.open.flatMap(({ line: index, images, expired = false }) => {
    const line = lines[index];
    return line === undefined ? [] : [{ line, index, images, looksForPixels: expired }];
  });
  return openShard(job, preparing, await lookAt(options, asked));
}

interface AskedLine {
  readonly line: ManifestLine;
  readonly index: number;
  /** Images of it that were asked for. */
  readonly images: number;
  readonly looksForPixels: boolean;
}

async function lookAt(options: PrepareShardsOptions, asked: readonly AskedLine[]) {
  const { home, job, terms } = options;
  const limit = pLimit(AT_ONCE);
  const one = async ({ line, index, images, looksForPixels }: AskedLine) => {
    const { patient, exam, problem } = line;
    const nothing = { line, index, images: 0, lacking: [], hasExpired: false, gone: 0 } as const;
    if (problem !== undefined) return { ...nothing, gone: images };
    const record = await home.exams.get({ program: job.program, patient, exam });
    if (record === undefined) return { ...nothing, gone: images };
    return { line, index, gone: 0, ...(await imagesToPrepare(home, record, terms, looksForPixels)) };
  };
  return Promise.all(asked.map((line) => limit(() => one(line))));
}

function openShard(
  { program }: JobRecord,
  preparing: ShardPreparing,
  looks: Awaited<ReturnType<typeof lookAt>>,
): OpenShard {
  const lacking = looks.filter((look) => look.lacking.length > 0);
  return {
    preparing,
    left: lacking.reduce((sum, look) => sum + look.lacking.length, 0),
    gone: looks.reduce((sum, look) => sum + look.gone, 0),
    messages: prepareImages(
      program,
      lacking.flatMap((look) => look.lacking),
      { bulk: true, contract: preparing.contract },
    ),
    exams: lacking.map(({ line: { patient, exam }, lacking: own }) => ({
      patient,
      exam,
      images: own.length,
    })),
  };
}

/** @returns why images that have not come for a while are given up; `null` if they are waited for */
async function whyGivenUp(
  { home: { queues }, patienceSeconds }: PrepareShardsOptions,
  waitedSeconds: number,
): Promise<string | null> {
  const look = 'see the log of preparation and the dead letters of queue bulk-preparation.';
  if (waitedSeconds >= patienceSeconds)
    return `while none of the job's was for ${patienceSeconds} s: ${look}`;
  if (waitedSeconds < NOTHING_COMES_SECONDS) return null;
  const bulk = await queues['bulk-preparation'].queue.depth();
  const intake = await queues.intake.queue.depth();
  const isComing = bulk.visible + bulk.inFlight + intake.visible > 0;
  return isComing ? null : `and no message about the job's waits in a queue any more: ${look}`;
}

function reasonFor(images: number, reason: string): string {
  const what = images === 1 ? 'A photograph was' : `${images} photographs were`;
  return `${what} not prepared, ${reason}`;
}

/** Writes the receipt of a shard: what is open of it is given up. @param reason why; of nothing if nothing is open */
async function settle(
  { home, job }: PrepareShardsOptions,
  { preparing, left, gone, exams }: OpenShard,
  reason: string,
): Promise<void> {
  const { shard, contract, images, found } = preparing;
  // An exam may have got further images since.
  const failed = Math.min(images - found, left + gone);
  const erased = gone > 0 ? [ERASED] : [];
  await storePrepared(home.objects, job, {
    ...{ schema: 'shard-prepared/1', shard, contract, images, found },
    ...{ prepared: images - found - failed, failed },
    exams: [
      ...exams.map(({ images: own, ...exam }) => ({ ...exam, reason: reasonFor(own, reason) })),
      ...erased,
    ],
  });
}
