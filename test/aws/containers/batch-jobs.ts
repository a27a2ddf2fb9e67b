import { setTimeout as delay } from 'node:timers/promises';
import {
  type BatchService,
  containerEnvironment,
  jobEnded,
  openBatchService,
  type SubmittedJob,
} from '../../emulators/batch-service.ts';
import type { Administrator } from '../emulator/administrator.ts';
import { tellAsAws } from './aws-events.ts';
import { type ContainerDescription, ContainerProcess } from './container-process.ts';

const PAUSE_MILLISECONDS = 200;
/** As the job definitions say. */
const ATTEMPTS = 10;

export interface BatchJobsOptions {
  readonly administrator: Administrator;
  readonly resultsQueue: string;
  containerOf(definition: string): Promise<ContainerDescription>;
}

/** AWS Batch: a submitted job's containers run as processes, and its end is told to EventBridge. */
export class BatchJobs {
  readonly #options: BatchJobsOptions;
  readonly #running = new Set<ContainerProcess>();
  #isClosing = false;
  #service: BatchService | undefined;
  /** What went wrong with starting a container, or telling of its end. */
  readonly faults: string[] = [];

  private constructor(options: BatchJobsOptions) {
    this.#options = options;
  }

  static async open(options: BatchJobsOptions): Promise<BatchJobs> {
    const jobs = new BatchJobs(options);
    jobs.#service = await openBatchService((job) => {
      jobs.#run(job).catch((error: Error) => jobs.faults.push(`${job.jobName}: ${error.message}`));
    });
    return jobs;
  }

  get endpoint(): string {
    return this.#service?.endpoint ?? '';
  }

  get submitted(): readonly SubmittedJob[] {
    return this.#service?.submitted ?? [];
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#running].map((container) => container.stop('SIGKILL')));
    await this.#service?.close();
  }

  async #run(job: SubmittedJob): Promise<void> {
    const description = await this.#options.containerOf(job.jobDefinition);
    const children = Array.from({ length: job.arrayProperties?.size ?? 1 }, (_, child) => child);
    const codes = await Promise.all(children.map((child) => this.#runChild(job, description, child)));
    if (this.#isClosing) return;
    await this.#resultsTaken();
    const status = codes.every((code) => code === 0) ? 'SUCCEEDED' : 'FAILED';
    const told = await tellAsAws(this.#options.administrator, JSON.parse(jobEnded(job, status)));
    if (told !== 1) this.faults.push(`The end of ${job.jobName} was told to ${told} queues instead of 1.`);
  }

  async #runChild(job: SubmittedJob, description: ContainerDescription, child: number) {
    for (let attempt = 1; ; attempt += 1) {
      const environment = {
        ...description.environment,
        ...containerEnvironment(job, child, attempt),
      };
      const container = ContainerProcess.start({ ...description, environment });
      this.#running.add(container);
      const code = await container.ended;
      this.#running.delete(container);
      if (code === 0 || attempt === ATTEMPTS || this.#isClosing) return code;
    }
  }

  /** Batch tells of an end seconds after it. The planner looks again after two minutes if results are missing then. */
  async #resultsTaken(): Promise<void> {
    for (;;) {
      const { Attributes } = (await this.#options.administrator.json('sqs', 'AmazonSQS.GetQueueAttributes', {
        QueueUrl: this.#options.resultsQueue,
        AttributeNames: ['All'],
      })) as { Attributes: Record<string, string> };
      const waiting = Number(Attributes.ApproximateNumberOfMessages);
      if (waiting + Number(Attributes.ApproximateNumberOfMessagesNotVisible) === 0) return;
      if (this.#isClosing) return;
      await delay(PAUSE_MILLISECONDS);
    }
  }
}
