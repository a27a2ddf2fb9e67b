import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeadReference } from '../../core/activation/active-model.ts';
import type { ExamResult } from '../../core/exams/exam-result.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { jobId } from '../../core/jobs/job-id.ts';
import type { JobRecord } from '../../core/jobs/job-record.ts';
import type { JobReport } from '../../core/jobs/job-report.ts';
import { storeJob } from '../../core/jobs/job-store.ts';
import { planJob } from '../../core/jobs/planning/plan-job.ts';
import { finishJob } from '../../core/jobs/reports/finish-job.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { listFormerResults } from '../../core/records/former-results.ts';
import { createAggregate } from '../../functions/aggregate/aggregate.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { rescoreJob } from '../rescore-job.ts';
import { drawnHead, type Population, type PopulationOptions, populate } from './population.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Jobs on a home of their own, step by step: plan, re-score, aggregate, finish. */
export class JobRun implements AsyncDisposable {
  readonly home: LocalHome;
  readonly population: Population;
  readonly #directory: string;
  readonly #aggregate: ReturnType<typeof createAggregate>;
  #jobs = 0;

  private constructor(home: LocalHome, directory: string, population: Population) {
    this.home = home;
    this.#directory = directory;
    this.population = population;
    this.#aggregate = createAggregate({
      home,
      configuration: new Configuration(home.objects),
      log: QUIET,
      counters: { add: () => undefined },
    });
  }

  /** Results that are no longer an exam's, the newest first. */
  async formerResults(index: number): Promise<readonly ExamResult[]> {
    const record = await this.home.exams.get(this.population.keyOf(index));
    return record === undefined ? [] : listFormerResults(this.home.objects, record);
  }

  static async open(options: Partial<PopulationOptions> = {}): Promise<JobRun> {
    const directory = await mkdtemp(join(tmpdir(), 'jobs-'));
    const home = await openLocalHome(directory);
    const population = await populate(home, { exams: 7, embedding: 8, examsPerShard: 3, ...options });
    return new JobRun(home, directory, population);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home.close();
    await rm(this.#directory, { recursive: true });
  }

  head(name: string): Promise<HeadReference> {
    return storeHead(this.home.objects, drawnHead(name, 8, ['glaucoma']));
  }

  /** Creates a job; each is called for a second after the one before. */
  async create(change: Partial<JobRecord> = {}): Promise<JobRecord> {
    this.#jobs += 1;
    const at = new Date(Date.UTC(2026, 4, 1) + this.#jobs * 1_000);
    const { model, preprocessing, heads } = this.population.model;
    const job: JobRecord = {
      schema: 'job/1',
      program: this.population.program,
      job: jobId(at, 'test'),
      mode: 'rescore',
      selection: {},
      createdAt: at.toISOString(),
      createdBy: 'operator',
      model,
      preprocessing,
      heads,
      shadow: false,
      schedule: null,
      ...change,
    };
    await storeJob(this.home.objects, job);
    return job;
  }

  async rescore(job: JobRecord, stopping = new AbortController().signal): Promise<void> {
    await planJob(this.home, job);
    await rescoreJob({
      ...{ home: this.home, job, workerNumber: 0, workers: 1, pricePerHour: 0, log: QUIET },
      stopping,
    });
  }

  receive(): Promise<readonly ReceivedMessage[]> {
    return this.home.queues.results.queue.receive({ maxMessages: 10, waitSeconds: 0 });
  }

  /** Hands messages to aggregation; they stay in the queue. */
  async aggregate(messages: readonly ReceivedMessage[]): Promise<void> {
    await this.#aggregate(queueEventOf(messages, 'results'));
  }

  /** Aggregates until the queue is empty. */
  async settle(): Promise<void> {
    for (;;) {
      const messages = await this.receive();
      if (messages.length === 0) return;
      await this.aggregate(messages);
      await this.home.queues.results.queue.delete(messages.map(({ receipt }) => receipt));
    }
  }

  /** @returns `undefined` if the job goes on */
  finish(job: JobRecord, noWorkerLeft = false): Promise<JobReport | undefined> {
    return finishJob(this.home, job, { noWorkerLeft }, new Date());
  }

  /** All steps. */
  async run(change: Partial<JobRecord> = {}): Promise<JobReport> {
    const job = await this.create(change);
    await this.rescore(job);
    await this.settle();
    const report = await this.finish(job);
    if (report === undefined) throw new Error('Expected the job to have ended.');
    return report;
  }
}
