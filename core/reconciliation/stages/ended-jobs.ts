import { z } from 'zod';
import { jobPartKey, partOfJob } from '../../jobs/job-keys.ts';
import { type JobKey, jobName } from '../../jobs/job-record.ts';
import { isCancelled, listJobs, readJob, readReport } from '../../jobs/job-store.ts';
import { eraseObject } from '../../objects/erase-objects.ts';
import { GRACE } from '../grace.ts';
import { type Stage, WEEKLY } from '../stage.ts';
import type { Sweep } from '../sweep.ts';

const JOBS = 50;
const PARTS = 1_000;
const position = z.object({ cursor: z.string().nullable() });

/** How long a part of a job is kept after the job's end; `null`: for good, as its plan is. */
const KEPT_FOR = { receipt: GRACE.jobReceipts, work: GRACE.jobWork, kept: null } as const;

async function prune(sweep: Sweep, job: JobKey, endedAt: string): Promise<void> {
  const { objects } = sweep.home;
  let cursor: string | undefined;
  do {
    const page = await objects.list(jobPartKey(job, ''), { limit: PARTS, cursor });
    const expired = page.items.flatMap(({ key }) => {
      const kept = KEPT_FOR[partOfJob(job, key)];
      return kept !== null && sweep.ageOf(endedAt) > kept ? [key] : [];
    });
    await sweep.settle('job-part-expired', expired, () =>
      sweep.each(expired, (key) => eraseObject(objects, key)),
    );
    cursor = page.cursor;
  } while (cursor !== undefined);
}

async function look(sweep: Sweep, key: JobKey): Promise<void> {
  const { objects } = sweep.home;
  const report = await readReport(objects, key);
  if (report !== undefined) return prune(sweep, key, report.finishedAt);
  const job = await readJob(objects, key);
  if (job === undefined || sweep.ageOf(job.createdAt) < GRACE.jobUnfinished) return;
  if (!(await isCancelled(objects, key))) sweep.show('job-unfinished', jobName(key));
}

/** Jobs: what those that ended long ago were made of is removed, those that never end are shown. */
export const endedJobs: Stage<z.infer<typeof position>> = {
  everySeconds: WEEKLY,
  isOfOneProgram: true,
  position,
  begin: { cursor: null },

  async step(sweep, { cursor }) {
    const page = await listJobs(sweep.home.objects, sweep.program, {
      limit: JOBS,
      cursor: cursor ?? undefined,
    });
    for (const key of page.items) await look(sweep, key);
    sweep.count(page.items.length);
    return page.cursor === undefined ? null : { cursor: page.cursor };
  },
};
