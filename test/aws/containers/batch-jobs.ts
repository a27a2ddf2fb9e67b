import { setTimeout as delay } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  type BatchService,
  containerEnvironment,
  jobEnded,
  openBatchService,
  type SubmittedJob,
} from '../../emulators/batch-service.ts';
import { ACCOUNT, REGION } from '../emulator/ministack.ts';
import { type ContainerDescription, ContainerProcess } from './container-process.ts';

const PAUSE_MILLISECONDS = 200;
/** As the job definitions say. */
const ATTEMPTS = 10;

export interface BatchJobsOptions {
  readonly emulator: string;
  readonly resultsQueue: string;
  containerOf(definition: string): Promise<ContainerDescription>;
}

/** AWS Batch: a submitted job's containers run as processes, and its end is told to EventBridge. */
export class BatchJobs {
  readonly #options: BatchJobsOptions;
  readonly #running = new Set<ContainerProcess>();
  readonly #events: EventBridgeClient;
  readonly #sqs: SQSClient;
  #isClosing = false;
  #service: BatchService | undefined;
  /** What went wrong with starting a container, or telling of its end. */
  readonly faults: string[] = [];

  private constructor(options: BatchJobsOptions) {
    this.#options = options;
    const settings = {
      endpoint: options.emulator,
      region: REGION,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'aws-itself' },
    };
    this.#events = new EventBridgeClient(settings);
    this.#sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
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
    this.#events.destroy();
    this.#sqs.destroy();
  }

  async #run(job: SubmittedJob): Promise<void> {
    const description = await this.#options.containerOf(job.jobDefinition);
    const children = Array.from({ length: job.arrayProperties?.size ?? 1 }, (_, child) => child);
    const codes = await Promise.all(children.map((child) => this.#runChild(job, description, child)));
    if (this.#isClosing) return;
    await this.#resultsTaken();
    const status = codes.every((code) => code === 0) ? 'SUCCEEDED' : 'FAILED';
    const { source, detail, 'detail-type': DetailType } = JSON.parse(jobEnded(job, status));
    const entry = { Source: source, DetailType, Detail: JSON.stringify(detail) };
    const { FailedEntryCount = 0 } = await this.#events.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount > 0) this.faults.push(`The end of ${job.jobName} could not be told.`);
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
      const { Attributes = {} } = await this.#sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: this.#options.resultsQueue, AttributeNames: ['All'] }),
      );
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
      if (Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible) === 0) return;
      if (this.#isClosing) return;
      await delay(PAUSE_MILLISECONDS);
    }
  }
}
