import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActiveModel } from '../../core/activation/active-model.ts';
import { arrivalOrder } from '../../core/exams/arrival-order.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { receiveImage } from '../../core/exams/receive-image.ts';
import { requestScreening } from '../../core/exams/request-screening.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import { preparedKey } from '../../core/keys/prepared-key.ts';
import { type ScreeningRequest, screeningRequestOf } from '../../core/messages/screening-request.ts';
import type { ScreeningResult } from '../../core/messages/screening-result.ts';
import { contractOf } from '../../core/preparation/contract.ts';
import { preparedForModel } from '../../core/preparation/prepared-for.ts';
import { encodePreparedImage } from '../../core/preparation/prepared-image.ts';
import { updateExam } from '../../core/records/update-exam.ts';
import { ModelPreparers } from '../../functions/prepare/model-preparer.ts';
import { prepareContent } from '../../functions/prepare/prepare-content.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { activeModelOf } from '../../local/host/active-bundle.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { WorkerError } from '../errors.ts';
import { type StartedWorker, startWorker } from '../start-worker.ts';
import { readEnvironment } from '../worker-options.ts';

export const DEFAULT_BUNDLE = fileURLToPath(new URL('../../bundles/default', import.meta.url));

export interface Photographs {
  readonly left?: Uint8Array;
  readonly right?: Uint8Array;
  /** Another photograph of the left eye, whose field nobody names. */
  readonly furtherLeft?: Uint8Array;
}

/** A home with the default model and, once started, a worker on it. */
export class WorkerRun implements AsyncDisposable {
  readonly home: LocalHome;
  readonly model: ActiveModel;
  readonly counts = new Map<string, number>();
  readonly lines: string[] = [];
  otherModels = 0;
  readonly #directory: string;
  readonly #preparers = new ModelPreparers({
    processes: 1,
    bundleOf: () => openBundle(DEFAULT_BUNDLE, { only: 'detector' }),
  });
  #started: StartedWorker | undefined;

  private constructor(home: LocalHome, model: ActiveModel, directory: string) {
    this.home = home;
    this.model = model;
    this.#directory = directory;
  }

  static async open(): Promise<WorkerRun> {
    const directory = await mkdtemp(join(tmpdir(), 'worker-'));
    const home = await openLocalHome(directory, { notifications: [] });
    return new WorkerRun(home, await activeModelOf(DEFAULT_BUNDLE), directory);
  }

  async start(environment: NodeJS.ProcessEnv = {}): Promise<StartedWorker> {
    const settings = readEnvironment({
      RETCLIP_MODEL: DEFAULT_BUNDLE,
      RETCLIP_BATCH_SIZE: '4',
      RETCLIP_BATCH_AGE: '10',
      ...environment,
    });
    const write = (message: string, fields: Readonly<Record<string, unknown>>) =>
      void this.lines.push(`${message} ${JSON.stringify(fields)}`);
    this.#started = await startWorker(
      this.home,
      settings,
      { info: write, warn: write, error: write },
      { add: (name, count) => void this.counts.set(name, (this.counts.get(name) ?? 0) + count) },
      {
        onOtherModel: () => {
          this.otherModels += 1;
        },
      },
    );
    return this.#started;
  }

  /** Starts a worker, lets it screen until so many results are there, and stops it. */
  async screen(results: number, environment?: NodeJS.ProcessEnv): Promise<readonly ScreeningResult[]> {
    const { worker } = await this.start(environment);
    const running = worker.run();
    const received: ScreeningResult[] = [];
    while (received.length < results) received.push(...(await this.results(20)));
    await worker.stop(10_000);
    await running;
    return received;
  }

  /** Stores photographs, prepares them and asks for their screening, as preparation and intake do. */
  async request(exam: ExamKey, photographs: Photographs, model = this.model): Promise<ScreeningRequest> {
    const now = new Date();
    const prepared = await preparedForModel(this.home.objects, this.model);
    const contract = contractOf(prepared);
    const preparer = await this.#preparers.preparerFor({ model: this.model, contract, prepared });
    const files: readonly [Laterality, string, Uint8Array | undefined][] = [
      ['left', '', photographs.left],
      ['right', '', photographs.right],
      ['left', '2', photographs.furtherLeft],
    ];
    for (const [laterality, place, content] of files) {
      if (content === undefined) continue;
      const stored = await this.home.objects.put(imageKey(exam, laterality, 'jpg', place), content);
      const { key, versionId, sha256, bytes } = stored;
      const image = { key, versionId, sha256, bytes, order: arrivalOrder(stored, '00') };
      const made = (await prepareContent(preparer, contract, content)).prepared;
      await this.home.prepared.put(preparedKey(image, contract), encodePreparedImage(image, made));
      const expected = { left: 1, right: 1 };
      await updateExam(this.home, exam, (before) =>
        receiveImage(before, { exam, laterality, expected, image, prepared: made.facts }, now, 0),
      );
    }
    const record = await updateExam(
      this.home,
      exam,
      (before) => before && requestScreening(before, { model, contract }, now),
    );
    const request = record === undefined ? null : screeningRequestOf(record);
    if (request === null) throw new WorkerError('The exam asks for nothing.');
    await this.send(request);
    return request;
  }

  async send(request: unknown): Promise<void> {
    const body = typeof request === 'string' ? request : JSON.stringify(request);
    await this.home.queues.screening.queue.send([{ body }]);
  }

  async results(waitSeconds = 0): Promise<readonly ScreeningResult[]> {
    const { queue } = this.home.queues.results;
    const messages = await queue.receive({ maxMessages: 10, waitSeconds });
    await queue.delete(messages.map(({ receipt }) => receipt));
    return messages.map(({ body }) => JSON.parse(body));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started?.close();
    await this.#preparers.close();
    await this.home.close();
    // A worker that was stopped at once may still be writing features of what it had begun.
    await rm(this.#directory, { recursive: true, maxRetries: 20, retryDelay: 50 });
  }
}
