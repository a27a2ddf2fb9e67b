import type { ActiveModel, HeadReference } from '../../activation/active-model.ts';
import { CoreError, UnknownNameError } from '../../errors.ts';
import { EXAM_LISTINGS } from '../../exams/exam-listing.ts';
import { readFittingHead, requireFittingHeads } from '../../heads/fitting-heads.ts';
import { withLiveHeads } from '../../heads/promotion.ts';
import { storeHead } from '../../heads/stored-heads.ts';
import type { Home, ObjectStore } from '../../ports/index.ts';
import type { Configuration } from '../../programs/configuration.ts';
import { jobId } from '../job-id.ts';
import type { JobRecord } from '../job-record.ts';
import { nextJobInstant, readJob, storeJob } from '../job-store.ts';
import type { JobRequest } from './job-request.ts';

/** The job cannot be made of what was asked for. Nothing was stored but heads with other thresholds. */
export class JobRefusedError extends CoreError {}

type JobHome = Pick<Home, 'objects' | 'exams'>;

/** A request for a job, and where it comes from. */
export interface JobOrder {
  readonly program: string;
  readonly request: JobRequest;
  /** Who asked for it. */
  readonly by: string;
  /** Of a job that is due by a schedule: which one, and the instant that names the job. */
  readonly schedule?: { readonly id: string; readonly at: Date };
}

/** @throws UnknownNameError if the program has no exam */
export async function requireExams(home: Pick<Home, 'exams'>, program: string): Promise<void> {
  const { items } = await home.exams.list(program, { listings: EXAM_LISTINGS, limit: 1 });
  if (items.length === 0)
    throw new UnknownNameError(`Program "${program}" has no exams yet. Upload some first.`);
}

/**
 * Makes a job of a request and starts it. A job of a schedule is named by the instant at which it is due: made twice, it
 * is one job.
 *
 * @throws UnknownNameError if the program has no exams, or the job whose failures are selected does not exist
 * @throws UnfitHeadError if a head is stored nowhere or made for a model of another geometry
 * @throws JobRefusedError if a threshold or a manifest is not what the job can be made of
 */
export async function createJob(
  home: JobHome,
  configuration: Configuration,
  { program, request, by, schedule }: JobOrder,
): Promise<JobRecord> {
  // A job is often called for because a model or a head has just become active.
  const { model: active, contract } = await configuration.screening(true);
  await requireExams(home, program);
  const { mode, selection, shadow } = request;
  const heads = await headsOf(home.objects, request, active);
  if (mode === 'rescore') await requireFittingHeads(home.objects, heads, active);
  await checkSelection(home.objects, program, selection);
  const at = schedule?.at ?? new Date();
  const name = schedule === undefined ? await nextJobInstant(home.objects, program, at) : at;
  const job: JobRecord = {
    schema: 'job/1',
    program,
    job: jobId(name, schedule?.id),
    mode,
    selection,
    createdAt: at.toISOString(),
    createdBy: by,
    model: active.model,
    preprocessing: active.preprocessing,
    contract,
    heads,
    shadow,
    schedule: schedule?.id ?? null,
  };
  await storeJob(home.objects, job);
  return job;
}

/** The heads that a job scores with. Those with other thresholds are other heads, with ids of their own. */
async function headsOf(
  store: ObjectStore,
  { heads, thresholds, shadow }: JobRequest,
  active: ActiveModel,
): Promise<HeadReference[]> {
  const named = shadow ? [...heads] : withLiveHeads(heads, active);
  const open = new Set(Object.keys(thresholds));
  if (open.size === 0) return named;
  const changed = await Promise.all(
    named.map(async (reference) => {
      if (![...open].some((name) => name.startsWith(`${reference.name}/`))) return reference;
      const head = await readFittingHead(store, reference, active.model);
      const labels = head.labels.map((label) => {
        const name = `${head.name}/${label.name}`;
        open.delete(name);
        return { ...label, threshold: thresholds[name] ?? label.threshold };
      });
      return storeHead(store, { ...head, labels });
    }),
  );
  const [unknown] = open;
  if (unknown !== undefined)
    throw new JobRefusedError(`No head of the job has a label "${unknown}". Expected HEAD/LABEL.`);
  return changed;
}

async function checkSelection(
  store: ObjectStore,
  program: string,
  { manifest, failedInJob }: JobRequest['selection'],
): Promise<void> {
  if (failedInJob !== undefined && (await readJob(store, { program, job: failedInJob })) === undefined)
    throw new UnknownNameError(`Program "${program}" has no job "${failedInJob}".`);
  if (manifest === undefined) return;
  if (!manifest.startsWith(`job-manifests/${program}/`))
    throw new JobRefusedError(`Manifest "${manifest}" is not of program "${program}".`);
  if ((await store.head(manifest)) === undefined)
    throw new JobRefusedError(`No manifest is stored under "${manifest}": upload it first.`);
}
