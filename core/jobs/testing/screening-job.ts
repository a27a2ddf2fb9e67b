import { FunctionRun } from '../../../functions/testing/function-run.ts';
import type { ActiveModel } from '../../activation/active-model.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import { Configuration } from '../../programs/configuration.ts';
import { MODEL } from '../../testing/records.ts';
import type { JobPlan } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import { createJob } from '../planning/create-job.ts';
import { planJob } from '../planning/plan-job.ts';
import {
  type OpenPreparation,
  type PrepareShardsOptions,
  prepareShards,
} from '../preparation/prepare-shards.ts';

/** A model that takes other pixels: images are prepared for it once more. */
export const OTHER_MODEL: ActiveModel = { ...MODEL, model: 'm2', preprocessing: 'squash-bicubic-v2' };

const REQUEST = { mode: 'screen' as const, selection: {}, heads: [], thresholds: {}, shadow: false };

/** A program whose exams are screened, two photographs each, and jobs that screen them again. */
export class ScreeningJobs implements AsyncDisposable {
  readonly run: FunctionRun;

  private constructor(run: FunctionRun) {
    this.run = run;
  }

  static async open(patients: readonly string[]): Promise<ScreeningJobs> {
    const run = await FunctionRun.open();
    for (const patient of patients) {
      await run.upload('left', `${patient} left`, ScreeningJobs.keyOf(patient));
      await run.upload('right', `${patient} right`, ScreeningJobs.keyOf(patient));
    }
    await run.settle();
    return new ScreeningJobs(run);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.run[Symbol.asyncDispose]();
  }

  static keyOf(patient: string): ExamKey {
    return { program: 'north', patient, exam: '1' };
  }

  async create(): Promise<JobRecord> {
    const { home } = this.run;
    const order = { program: 'north', request: REQUEST, by: 'operator' };
    return createJob(home, new Configuration(home.objects), order);
  }

  async plan(examsPerShard: number): Promise<{ readonly job: JobRecord; readonly plan: JobPlan }> {
    const job = await this.create();
    return { job, plan: await planJob(this.run.home, job, undefined, examsPerShard) };
  }

  /** One look at a job's images, as the function does it. */
  async look(
    { job, plan }: { readonly job: JobRecord; readonly plan: JobPlan },
    before: OpenPreparation | null = null,
    options: Partial<PrepareShardsOptions> = {},
  ) {
    const { home } = this.run;
    return prepareShards(
      {
        ...{ home, job, plan, terms: await new Configuration(home.objects).screening() },
        ...{ patienceSeconds: 600, shardsAtOnce: 2, lookSeconds: 60, leastPauseSeconds: 5 },
        ...options,
      },
      before,
    );
  }

  /** Keys of the images that lie in the queue of jobs' preparation. They stay there. */
  async askedFor(): Promise<readonly string[]> {
    const { queue } = this.run.home.queues['bulk-preparation'];
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await queue.release(messages.map(({ receipt }) => receipt));
    const bodies = messages.map(({ body }) => JSON.parse(body));
    return bodies.filter(({ schema }) => schema === 'prepare-image/1').map(({ image }) => image.key);
  }

  /** Prepares what is asked for, and has intake take it in. */
  async prepare(): Promise<void> {
    while ((await this.run.deliver('intake')) > 0);
  }
}
