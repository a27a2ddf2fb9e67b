import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Home, ReceivedMessage, StoredObject } from '../../core/ports/index.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { objectCreatedEvent } from '../../local/objects/object-created-event.ts';
import { BUCKET } from '../emulators/object-emulators.ts';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

const CONTEXT = { functionName: 'test', memoryLimitInMB: '512' } as Context;

/** The entries of the functions that a job passes through, called with the events that AWS sends. */
export class LambdaFunctions {
  readonly #home: Home;
  readonly #intake: Handler;
  readonly #plan: Handler;
  readonly #aggregate: Handler;
  readonly #finish: Handler;
  #messages = 0;

  private constructor(home: Home, handlers: readonly [Handler, Handler, Handler, Handler]) {
    this.#home = home;
    [this.#intake, this.#plan, this.#aggregate, this.#finish] = handlers;
  }

  /** Loads them. The environment must name their home by then. */
  static async load(home: Home): Promise<LambdaFunctions> {
    Object.assign(process.env, {
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
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
    const [intake, plan, aggregate, finish] = await Promise.all([
      import('../../functions/intake/index.ts'),
      import('../../functions/plan-job/index.ts'),
      import('../../functions/aggregate/index.ts'),
      import('../../functions/finish-job/index.ts'),
    ]);
    return new LambdaFunctions(home, [intake.handler, plan.handler, aggregate.handler, finish.handler]);
  }

  /** S3 announces a photograph. */
  intake(object: StoredObject): Promise<void> {
    return this.#call(this.#intake, this.#announced(object));
  }

  /** S3 announces a job. */
  plan(object: StoredObject): Promise<void> {
    return this.#call(this.#plan, this.#announced(object));
  }

  /** AWS Batch tells of a job's end. */
  finish(body: string, deliveries = 1): Promise<void> {
    return this.#call(this.#finish, this.#message(body, deliveries));
  }

  /** Delivers what lies in the results queue. @returns how many results that were */
  async aggregate(most = 10): Promise<number> {
    const { queue } = this.#home.queues.results;
    const messages = await queue.receive({ maxMessages: most, waitSeconds: 0 });
    if (messages.length === 0) return 0;
    const { batchItemFailures } = await this.#aggregate(queueEventOf(messages, 'results'), CONTEXT);
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
