import type { z } from 'zod';
import type { HeadReference } from '../../core/activation/active-model.ts';
import type { ComparedExams } from '../../core/jobs/comparison/compared-exams.ts';
import { comparedAtLeast, comparisonOf } from '../../core/jobs/comparison/comparison.ts';
import { movedBy } from '../../core/jobs/reports/job-progress.ts';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { shadowPage } from '../../functions/api/shadow-page.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { CliError, RefusedError, WrongUseError } from '../errors.ts';
import { JobClient } from '../job/job-client.ts';

type ShadowPage = z.infer<typeof shadowPage>;
type Comparison = NonNullable<JobView['comparison']>;

export interface TrialOptions extends EndpointOptions {
  readonly program: string;
  readonly job?: string;
}

/** Heads that were tried, and over which exams they were compared, whichever way. */
export interface Trial {
  readonly heads: readonly HeadReference[];
  readonly over: ComparedExams;
  readonly failed: number;
  readonly moved: JobView['moved'];
  readonly labels: Comparison['labels'];
  /** `null` where they are tried on new exams. */
  readonly job: string | null;
  /** Since when new exams are; `null` for a job. */
  readonly since: string | null;
}

/**
 * The comparison that a shadow job made at its end.
 *
 * @throws CliError if it was no shadow job, or has not ended
 */
export function trialOfJob({ job, shadow, state, heads, failed, moved, comparison }: JobView): Trial {
  if (comparison === null) {
    throw new CliError(
      shadow
        ? `Job ${job} is ${state}: its comparison is made at its end.`
        : `Job ${job} was no shadow job: its heads decided.`,
    );
  }
  const { labels, over = comparedAtLeast(labels) } = comparison;
  return { heads, over, failed, moved, labels, job, since: null };
}

/** Adds up the pages of the comparison over new exams. @returns `null` if no head is in shadow */
export async function trialOfNewExams(options: TrialOptions): Promise<Trial | null> {
  const client = new Client(() => findEndpoint(options), options.program);
  const pages: ShadowPage[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '500', ...(cursor === undefined ? {} : { cursor }) });
    const page = await client.call('Comparing', shadowPage, `/shadow?${query}`).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 404) return null;
      throw error;
    });
    if (page === null) return null;
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== undefined);
  const [{ heads, since } = { heads: [], since: null }] = pages;
  const { labels, over = comparedAtLeast(labels) } = comparisonOf(pages);
  return { heads, over, failed: 0, moved: movedBy(pages), labels, job: null, since };
}

/** The latest shadow job that has ended with a comparison, or else the latest that has not. */
async function latestShadowJob(jobs: JobClient): Promise<JobView | undefined> {
  let compared: JobView | undefined;
  let latest: JobView | undefined;
  for await (const job of jobs.list()) {
    if (!job.shadow) continue;
    latest = job;
    if (job.comparison !== null) compared = job;
  }
  return compared ?? latest;
}

/**
 * What there is to report: the job asked for; else both the heads that are tried on new exams and the latest job that
 * tried some, since either may have compared what the other has not. Those that compared exams come first.
 *
 * @throws WrongUseError if nothing was tried
 */
export async function findTrials(options: TrialOptions): Promise<[Trial, ...Trial[]]> {
  const jobs = new JobClient(options);
  if (options.job !== undefined) return [trialOfJob(await jobs.show(options.job))];
  const running = await trialOfNewExams(options);
  const job = await latestShadowJob(jobs);
  // A job that has not ended says so where there is nothing else to say.
  const ended = job !== undefined && (job.comparison !== null || running === null) ? [trialOfJob(job)] : [];
  const found = [...(running === null ? [] : [running]), ...ended];
  const [first, ...others] = found.toSorted((a, b) => Number(b.over.exams > 0) - Number(a.over.exams > 0));
  if (first !== undefined) return [first, ...others];
  const { program } = options;
  throw new WrongUseError(
    `No head is in shadow, and program "${program}" has no shadow job. Try heads on new exams: retclip heads shadow start FILE. Or on those screened already: retclip job create --program ${program} --mode rescore --heads FILE --shadow`,
  );
}
