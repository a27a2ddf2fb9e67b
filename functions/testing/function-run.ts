import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSBatchResponse } from 'aws-lambda';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../../core/activation/active-model.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { ExamResult, FeaturesReference } from '../../core/exams/exam-result.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import type { ScreeningResult } from '../../core/messages/screening-result.ts';
import type { ReceivedMessage, StoredObject } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { listFormerResults } from '../../core/records/former-results.ts';
import { EXAM, MODEL, outputOf } from '../../core/testing/records.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { createAggregate } from '../aggregate/aggregate.ts';
import type { QueueFunction } from '../consume-queue.ts';
import { createIntake } from '../intake/intake.ts';
import { createPrepare } from '../prepare/prepare.ts';
import { textPreparer } from '../prepare/testing/text-preparer.ts';

/** Where uploads would be taken. */
export const ENDPOINT = 'http://127.0.0.1:8080';
const START = Date.parse('2026-05-01T08:00:00Z');

/** What a test moves: the time of day, and the time that passes. Milliseconds. */
interface TestClock {
  now: number;
  passed: number;
}

/** Queues that functions work on. */
type WorkedQueue = 'preparation' | 'bulk-preparation' | 'intake' | 'results';

/** The queue functions on a home of their own, with clocks that only the test moves. */
export class FunctionRun implements AsyncDisposable {
  readonly home: LocalHome;
  readonly configuration: Configuration;
  readonly counts = new Map<string, number>();
  readonly warnings: string[] = [];
  /** Where the features of its worker's answers lie, once a test has stored some. */
  features: FeaturesReference | null = null;
  readonly #clock: TestClock;
  readonly #directory: string;
  readonly #functions: Readonly<Record<WorkedQueue, QueueFunction>>;

  private constructor(home: LocalHome, directory: string, clock: TestClock) {
    this.home = home;
    this.#directory = directory;
    this.#clock = clock;
    const log = {
      info: () => undefined,
      warn: (message: string) => void this.warnings.push(message),
      error: (message: string) => void this.warnings.push(message),
    };
    this.configuration = new Configuration(home.objects, () => clock.passed);
    const parts = {
      home,
      configuration: this.configuration,
      log,
      counters: {
        add: (name: string, count: number) =>
          void this.counts.set(name, (this.counts.get(name) ?? 0) + count),
      },
      now: () => new Date(clock.now),
    };
    const preparing = { ...parts, preparerFor: async () => textPreparer };
    this.#functions = {
      preparation: createPrepare({ ...preparing, source: 'preparation' }),
      'bulk-preparation': createPrepare({ ...preparing, source: 'bulk-preparation' }),
      intake: createIntake(parts),
      results: createAggregate(parts),
    };
  }

  static async open(): Promise<FunctionRun> {
    const directory = await mkdtemp(join(tmpdir(), 'functions-'));
    const clock = { now: START, passed: 0 };
    const home = await openLocalHome(directory, {
      now: () => clock.now,
      machine: { boot: 'test', read: () => Math.floor(clock.passed) },
      endpoint: ENDPOINT,
    });
    const run = new FunctionRun(home, directory, clock);
    await run.activate(MODEL);
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home.close();
    // What a test has left to the background may still be writing.
    await rm(this.#directory, { recursive: true, maxRetries: 20, retryDelay: 50 });
  }

  /** What its clock says. */
  readonly now = (): number => this.#clock.now;

  pass(seconds: number): void {
    this.#clock.now += seconds * 1000;
    this.#clock.passed += seconds * 1000;
  }

  /** Sets the time of day forward, or back where negative, while no time passes. */
  setClock(bySeconds: number): void {
    this.#clock.now += bySeconds * 1000;
  }

  async activate(model: ActiveModel): Promise<void> {
    await this.home.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)));
  }

  /** An upload of one of an exam's two images, announced as such. The store announces it to preparation. */
  upload(
    laterality: Laterality,
    content: string,
    exam: ExamKey = EXAM,
    extension = 'jpg',
  ): Promise<StoredObject> {
    this.pass(0.001);
    return this.home.objects.put(imageKey(exam, laterality, extension), Buffer.from(content), {
      metadata: { eyes: 'both' },
    });
  }

  /**
   * A camera's upload straight into the store: nothing is said of how many images there are.
   *
   * @param place tells images of one eye apart: `disc`
   */
  uploadUnannounced(
    laterality: Laterality,
    content: string,
    place = '',
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<StoredObject> {
    this.pass(0.001);
    return this.home.objects.put(imageKey(EXAM, laterality, 'jpg', place), Buffer.from(content), {
      metadata,
    });
  }

  /** What waits in a queue. What waits for preparation is prepared before intake is looked at. */
  async receive(queue: QueueName): Promise<readonly ReceivedMessage[]> {
    if (queue === 'intake') await this.prepare();
    return this.home.queues[queue].queue.receive({ maxMessages: 10, waitSeconds: 0 });
  }

  /** Prepares everything that waits for it. */
  async prepare(): Promise<void> {
    for (const queue of ['preparation', 'bulk-preparation'] as const) while ((await this.deliver(queue)) > 0);
  }

  /** Calls the queue's function, as SQS would, and deletes what it has handled. */
  async call(queue: WorkedQueue, messages: readonly ReceivedMessage[]): Promise<SQSBatchResponse> {
    const response = await this.#functions[queue](queueEventOf(messages, queue));
    const failed = new Set(response.batchItemFailures.map((failure) => failure.itemIdentifier));
    const handled = messages.filter((message) => !failed.has(message.id));
    await this.home.queues[queue].queue.delete(handled.map((message) => message.receipt));
    return response;
  }

  /** Delivers what the queue has now, once. @returns how many messages that were */
  async deliver(queue: WorkedQueue): Promise<number> {
    const messages = await this.receive(queue);
    if (messages.length > 0) await this.call(queue, messages);
    return messages.length;
  }

  /** Prepares and takes in until nothing is left to do about arrivals at this moment. */
  async settleArrivals(): Promise<void> {
    while ((await this.deliver('intake')) > 0);
  }

  /** Answers screening requests as a worker would. @returns the requests */
  async screen(): Promise<readonly ScreeningRequest[]> {
    const { queue } = this.home.queues.screening;
    const messages = await this.receive('screening');
    const requests = messages.map((message): ScreeningRequest => JSON.parse(message.body));
    for (const request of requests) await this.answer(request);
    await queue.delete(messages.map((message) => message.receipt));
    return requests;
  }

  async answer(
    request: ScreeningRequest,
    change: Partial<ScreeningResult['output']> = {},
    shadow?: ScreeningResult['shadow'],
  ): Promise<void> {
    const { exam } = request;
    const stored = this.features === null ? {} : { features: this.features };
    const output = { ...outputOf(request), ...stored, ...change };
    const result: ScreeningResult = { schema: 'screening-result/2', exam, output, shadow };
    await this.home.queues.results.queue.send([{ body: JSON.stringify(result) }]);
  }

  /** Works on every queue until nothing is left to do at this moment. */
  async settle(): Promise<void> {
    for (;;) {
      const done =
        (await this.deliver('intake')) + (await this.screen()).length + (await this.deliver('results'));
      if (done === 0) return;
    }
  }

  exam(key: ExamKey = EXAM): Promise<ExamRecord | undefined> {
    return this.home.exams.get(key);
  }

  /** Results that are no longer the exam's, the newest first. */
  async formerResults(key: ExamKey = EXAM): Promise<readonly ExamResult[]> {
    const record = await this.exam(key);
    return record === undefined ? [] : listFormerResults(this.home.objects, record);
  }

  /** Ids of what was announced of exams, not of their single images. */
  async announced(): Promise<readonly string[]> {
    const events = (await this.home.events.after(0, 1_000)).map(({ event }) => event);
    return events.filter(({ type }) => type !== 'ImagePrepared').map(({ id }) => id);
  }

  deadLetters(queue: QueueName): Promise<readonly ReceivedMessage[]> {
    return this.home.queues[queue].deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
  }
}
