import { storeOnce } from '../../documents/stored-once.ts';
import { InvalidInputError, ObjectExistsError } from '../../errors.ts';
import type { Home, WrittenObject } from '../../ports/index.ts';
import { manifestKey, planKey } from '../job-keys.ts';
import { EXAMS_PER_SHARD, type JobPlan, type ManifestLine } from '../job-plan.ts';
import { type JobRecord, jobName } from '../job-record.ts';
import { readPlan } from '../job-store.ts';
import { type SelectionSource, selectionSource } from './selection-source.ts';

/** Metadata of a shard: where planning goes on after it; absent from the last. */
const NEXT = 'next';
/** Metadata of a shard: how many exams it holds. */
const EXAMS = 'exams';
/** Metadata of a shard of a job that screens: how many images that takes. */
const IMAGES = 'images';

/** What planning knows of a shard. */
interface PlannedShard {
  readonly exams: number;
  /** `undefined` of a job that re-scores, and of a shard that a former release planned. */
  readonly images: number | undefined;
  readonly next: string | undefined;
}

/**
 * Writes a job's selection to shards of about 1,000 exams, one page of exams in memory at a time.
 *
 * A shard is written once and says where the next one begins. So a planner that dies is followed by one that goes on
 * after the last shard, and two planners at once write one plan:
 *
 * ```
 * shard 0 ─next─▶ shard 1 ─next─▶ ✗ dies       again: shard 0 ─▶ shard 1 ─▶ shard 2 ─▶ plan.json
 * ```
 *
 * @param examsPerShard the least that a shard holds, except the last one
 * @returns the complete plan, which another planner may have made
 * @throws InvalidInputError if the selection's manifest is missing or malformed
 */
export async function planJob(
  home: Pick<Home, 'objects' | 'exams'>,
  job: JobRecord,
  now: () => Date = () => new Date(),
  examsPerShard = EXAMS_PER_SHARD,
): Promise<JobPlan> {
  const present = await readPlan(home.objects, job);
  if (present !== undefined) return present;
  const plannable = { home, job, source: selectionSource(home, job, examsPerShard), examsPerShard };
  let planned = 0;
  let images: number | undefined = job.mode === 'screen' ? 0 : undefined;
  let shards = 0;
  let next: string | undefined;
  do {
    const shard = await planShard(plannable, shards, next);
    if (shard === null) break;
    planned += shard.exams;
    images = images === undefined || shard.images === undefined ? undefined : images + shard.images;
    shards += 1;
    next = shard.next;
  } while (next !== undefined);
  const ofImages = images === undefined ? {} : { images };
  const plan: JobPlan = {
    ...{ schema: 'job-plan/1', plannedAt: now().toISOString(), shards, planned },
    ...ofImages,
  };
  await storeOnce(home.objects, planKey(job), plan);
  return (await readPlan(home.objects, job)) ?? plan;
}

interface PlannableJob {
  readonly home: Pick<Home, 'objects' | 'exams'>;
  readonly job: JobRecord;
  readonly source: SelectionSource;
  readonly examsPerShard: number;
}

/** @returns `null` if every exam is in a shard already */
async function planShard(
  { home, job, source, examsPerShard }: PlannableJob,
  shard: number,
  from: string | undefined,
): Promise<PlannedShard | null> {
  const key = manifestKey(job, shard);
  const present = await home.objects.head(key);
  if (present !== undefined) return plannedShard(present);
  const { lines, cursor } = await gather(source, from, examsPerShard);
  if (lines.length === 0) return null;
  const content = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const images = lines.reduce((sum, line) => sum + (line.images ?? 0), 0);
  const metadata = {
    [EXAMS]: String(lines.length),
    ...(job.mode === 'screen' ? { [IMAGES]: String(images) } : {}),
    ...(cursor === undefined ? {} : { [NEXT]: cursor }),
  };
  try {
    const options = { contentType: 'application/jsonl', metadata, ifAbsent: true };
    return plannedShard(await home.objects.put(key, content, options));
  } catch (error) {
    // Another planner was faster: its shard counts, and its place to go on.
    const theirs = error instanceof ObjectExistsError ? await home.objects.head(key) : undefined;
    if (theirs === undefined) throw error;
    return plannedShard(theirs);
  }
}

async function gather(source: SelectionSource, from: string | undefined, examsPerShard: number) {
  const lines: ManifestLine[] = [];
  let cursor = from;
  do {
    const page = await source(cursor);
    lines.push(...page.lines);
    cursor = page.cursor;
  } while (cursor !== undefined && lines.length < examsPerShard);
  return { lines, cursor };
}

function plannedShard({ key, metadata }: Pick<WrittenObject, 'key' | 'metadata'>): PlannedShard {
  const exams = Number(metadata[EXAMS]);
  if (!Number.isInteger(exams))
    throw new InvalidInputError(`Shard "${key}" does not say how many exams it holds. Cancel its job.`);
  const images = metadata[IMAGES] === undefined ? undefined : Number(metadata[IMAGES]);
  return { exams, images, next: metadata[NEXT] };
}

/** Shards that one of several workers does: every n-th. @param workerNumber 0 for the first */
export function shardsOfWorker(plan: JobPlan, workerNumber: number, workers: number): readonly number[] {
  const count = Math.max(0, Math.ceil((plan.shards - workerNumber) / workers));
  return Array.from({ length: count }, (_, index) => workerNumber + index * workers);
}

/** Tells a job apart in an error. */
export function unknownJob(key: Pick<JobRecord, 'program' | 'job'>): InvalidInputError {
  return new InvalidInputError(`There is no job ${jobName(key)}.`);
}
