import type { JobBody } from '../../../functions/api/job-schemas.ts';
import { ApiError } from '../../../functions/api/problem.ts';
import type { HeadReference } from '../../activation/active-model.ts';
import { EXAM_LISTINGS } from '../../exams/exam-listing.ts';
import { requireFittingHeads } from '../../heads/fitting-heads.ts';
import { type Head, HeadError } from '../../heads/head.ts';
import { withLiveHeads } from '../../heads/promotion.ts';
import { readHead, storeHead } from '../../heads/stored-heads.ts';
import type { Home } from '../../ports/index.ts';
import type { Configuration } from '../../programs/configuration.ts';
import { jobId } from '../job-id.ts';
import type { JobRecord } from '../job-record.ts';
import { nextJobInstant, readJob, storeJob } from '../job-store.ts';

type JobHome = Pick<Home, 'objects' | 'exams'>;

/** @throws ApiError 404 if no exam of the program was sent */
export async function requireProgram(home: Pick<Home, 'exams'>, program: string): Promise<void> {
  const { items } = await home.exams.list(program, { listings: EXAM_LISTINGS, limit: 1 });
  if (items.length === 0)
    throw new ApiError(404, `Program "${program}" has no exams yet. Upload some first.`);
}

async function headOf(home: JobHome, reference: HeadReference, model: string): Promise<Head> {
  try {
    return await readHead(home.objects, reference, model);
  } catch (error) {
    if (error instanceof HeadError) throw new ApiError(400, error.message);
    throw error;
  }
}

/** Heads with other thresholds are other heads, with ids of their own. */
async function withThresholds(
  home: JobHome,
  references: readonly HeadReference[],
  thresholds: JobBody['thresholds'],
  model: string,
): Promise<HeadReference[]> {
  const open = new Set(Object.keys(thresholds));
  if (open.size === 0) return [...references];
  const changed = await Promise.all(
    references.map(async (reference) => {
      const names = [...open].filter((name) => name.startsWith(`${reference.name}/`));
      if (names.length === 0) return reference;
      const head = await headOf(home, reference, model);
      const labels = head.labels.map((label) => {
        const name = `${head.name}/${label.name}`;
        open.delete(name);
        return { ...label, threshold: thresholds[name] ?? label.threshold };
      });
      return storeHead(home.objects, { ...head, labels });
    }),
  );
  const [unknown] = open;
  if (unknown !== undefined)
    throw new ApiError(400, `No head of the job has a label "${unknown}". Expected HEAD/LABEL.`);
  return changed;
}

/**
 * Makes a job of what was asked for and starts it.
 *
 * @throws ApiError 400 if a head is unknown or made for a model of another geometry, 404 for an unknown program or job
 */
export async function createJob(
  home: JobHome,
  configuration: Configuration,
  program: string,
  body: JobBody,
  by: string,
  schedule: { readonly id: string; readonly at: Date } | null = null,
): Promise<JobRecord> {
  const active = await configuration.activeModel();
  await requireProgram(home, program);
  const { mode, selection, shadow } = body;
  const named = shadow ? [...body.heads] : withLiveHeads(body.heads, active);
  const heads = await withThresholds(home, named, body.thresholds, active.model);
  if (mode === 'rescore') await requireFittingHeads(home.objects, heads, active);
  await checkSelection(home, program, selection);
  const at = schedule?.at ?? new Date();
  const name = schedule === null ? await nextJobInstant(home.objects, program, at) : at;
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
    heads,
    shadow,
    schedule: schedule?.id ?? null,
  };
  await storeJob(home.objects, job);
  return job;
}

async function checkSelection(
  home: JobHome,
  program: string,
  selection: JobBody['selection'],
): Promise<void> {
  const { manifest, failedInJob } = selection;
  if (failedInJob !== undefined && (await readJob(home.objects, { program, job: failedInJob })) === undefined)
    throw new ApiError(404, `Program "${program}" has no job "${failedInJob}".`);
  if (manifest === undefined) return;
  if (!manifest.startsWith(`job-manifests/${program}/`))
    throw new ApiError(400, `Manifest "${manifest}" is not of program "${program}".`);
  if ((await home.objects.head(manifest)) === undefined)
    throw new ApiError(400, `No manifest is stored under "${manifest}": upload it first.`);
}
