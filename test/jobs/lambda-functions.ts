import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { SqsQueue } from '../../aws/queue/sqs-queue.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import type { Home, ReceivedMessage, StoredObject, WorkQueue } from '../../core/ports/index.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { objectCreatedEvent } from '../../local/objects/object-created-event.ts';
import { BUCKET } from '../emulators/object-emulators.ts';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** As `queueEventOf` names it. */
const BULK_PREPARATION_ARN = 'arn:aws:sqs:local:000000000000:bulk-preparation';
const CONTEXT = { functionName: 'test', memoryLimitInMB: '512' } as Context;

/** The entries of the functions that a job passes through, called with the events that AWS sends. */
export class LambdaFunctions {
  /** Images that jobs have asked for; pictures for readers go by the same queue. */
  preparedForJobs = 0;
  readonly #home: Home;
  readonly #prepare: Handler;
  readonly #intake: Handler;
  readonly #plan: Handler;
  readonly #aggregate: Handler;
  readonly #finish: Handler;
  /** Where a job waits for its images. */
  readonly #starts: WorkQueue;
  #messages = 0;

  private constructor(home: Home, handlers: readonly [Handler, Handler, Handler, Handler, Handler]) {
    this.#home = home;
    this.#starts = new SqsQueue(new SQSClient({}), 'job-starts', process.env.JOB_STARTS_URL ?? '');
    [this.#prepare, this.#intake, this.#plan, this.#aggregate, this.#finish] = handlers;
  }

  /** Loads them. The environment must name their home by then. */
  static async load(home: Home): Promise<LambdaFunctions> {
    Object.assign(process.env, {
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      BULK_PREPARATION_QUEUE_ARN: BULK_PREPARATION_ARN,
      SCREEN_JOB_QUEUE: 'screen',
      SCREEN_JOB_DEFINITION: 'screen:1',
      SCREEN_WORKERS: '2',
      RESCORE_JOB_QUEUE: 'rescore',
      RESCORE_JOB_DEFINITION: 'rescore:1',
      RESCORE_WORKERS: '2',
      EXAMS_PER_SHARD: '2',
      // Nothing listens there: no message of these tests may be buried.
      JOB_DEAD_LETTERS_URL: 'http://127.0.0.1:9/000000000000/job-dead-letters',
      SCHEDULE_GROUP: 'none',
      SCHEDULE_QUEUE_ARN: 'none',
      SCHEDULE_DEAD_LETTERS_ARN: 'none',
      SCHEDULE_ROLE_ARN: 'none',
    });
    const [prepare, intake, plan, aggregate, finish] = await Promise.all([
      import('../../functions/prepare/index.ts'),
      import('../../functions/intake/index.ts'),
      import('../../functions/plan-job/index.ts'),
      import('../../functions/aggregate/index.ts'),
      import('../../functions/finish-job/index.ts'),
    ]);
    const entries = [prepare.handler, intake.handler, plan.handler, aggregate.handler] as const;
    return new LambdaFunctions(home, [...entries, finish.handler]);
  }

  /** S3 announces a photograph to preparation, which tells intake. */
  async arrive(object: StoredObject): Promise<void> {
    await this.#call(this.#prepare, this.#announced(object));
    while ((await this.intake()) > 0);
  }

  /** Delivers what lies in the queue of jobs' preparation. @returns how many images that were */
  prepareBulk(): Promise<number> {
    return this.#deliver('bulk-preparation', (event, context) => {
      const asked = event.Records.filter(({ body }) => body.includes('prepare-image/1'));
      this.preparedForJobs += asked.length;
      return this.#prepare(event, context);
    });
  }

  /** Delivers what lies in the queue of intake. @returns how many messages that were */
  intake(): Promise<number> {
    return this.#deliver('intake', this.#intake);
  }

  /** S3 announces a job. */
  plan(object: StoredObject): Promise<void> {
    return this.#call(this.#plan, this.#announced(object));
  }

  /** Delivers what lies in the queue of new jobs: those that wait for their images. @returns how many messages that were */
  planAgain(): Promise<number> {
    return this.#deliverFrom(this.#starts, this.#plan, 10);
  }

  /** AWS Batch tells of a job's end. */
  finish(body: string, deliveries = 1): Promise<void> {
    return this.#call(this.#finish, this.#message(body, deliveries));
  }

  /** Delivers what lies in the results queue. @returns how many results that were */
  aggregate(most = 10): Promise<number> {
    return this.#deliver('results', this.#aggregate, most);
  }

  #deliver(name: QueueName, handler: Handler, most = 10): Promise<number> {
    return this.#deliverFrom(this.#home.queues[name].queue, handler, most);
  }

  async #deliverFrom(queue: WorkQueue, handler: Handler, most: number): Promise<number> {
    const messages = await queue.receive({ maxMessages: most, waitSeconds: 0 });
    if (messages.length === 0) return 0;
    const { batchItemFailures } = await handler(queueEventOf(messages, queue.name), CONTEXT);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await queue.delete(messages.filter(({ id }) => !failed.has(id)).map(({ receipt }) => receipt));
    return messages.length - failed.size;
  }

  #announced(object: StoredObject): ReceivedMessage {
    this.#messages += 1;
    return this.#message(objectCreatedEvent({ object, sequence: this.#messages }, BUCKET), 1);
  }

  #message(body: string, receiveCount: number): ReceivedMessage {
    this.#messages += 1;
    const id = `message-${this.#messages}`;
    return { id, receipt: id, body, attributes: {}, receiveCount, sentAt: new Date() };
  }

  /** @throws if the message is to be delivered again */
  async #call(handler: Handler, message: ReceivedMessage): Promise<void> {
    const { batchItemFailures } = await handler(queueEventOf([message], 'test'), CONTEXT);
    if (batchItemFailures.length > 0) throw new Error('The function asks for the message again.');
  }
}
