import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../../../core/activation/active-model.ts';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { LATERALITIES } from '../../../core/exams/laterality.ts';
import { bundleFileKey } from '../../../core/keys/bundle-file-key.ts';
import { imageKey } from '../../../core/keys/image-key.ts';
import type { QueueName, ScreeningQueue } from '../../../core/messages/queues.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { EXAM } from '../../../core/testing/records.ts';
import { startWorker } from '../../../gpu-worker/start-worker.ts';
import { readEnvironment } from '../../../gpu-worker/worker-options.ts';
import { type LocalHome, openLocalHome } from '../../../local/home.ts';
import { activeModelOf } from '../../../local/host/active-bundle.ts';
import { queueEventOf } from '../../../local/host/queue-event.ts';
import { fetchBundle } from '../../../model/bundle/fetch-bundle.ts';
import { generatePatient } from '../../../phantoms/index.ts';
import { createAggregate } from '../../aggregate/aggregate.ts';
import type { QueueFunction } from '../../consume-queue.ts';
import { createIntake } from '../../intake/intake.ts';
import { ModelPreparers } from '../../prepare/model-preparer.ts';
import { createPrepare } from '../../prepare/prepare.ts';
import { queuesByLane } from '../../screening-queue.ts';
import { LaneScreening } from '../lane-screening.ts';
import { createScreenBatch } from '../screen-batch.ts';

type Called = 'preparation' | 'intake' | 'results';
const CALLED = ['preparation', 'intake', 'results'] as const satisfies readonly Called[];
const CALL_MILLISECONDS = 60_000;
/** Functions remember for five seconds what is active. */
const SEEN_MILLISECONDS = 5_001;
const PATIENCE_MILLISECONDS = 60_000;
const GOOD = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };

/** Both lanes on one home, as a stack with `screeningLane: auto` has them, with real bundles in its store. */
export class LaneRun implements AsyncDisposable {
  readonly home: LocalHome;
  readonly counts = new Map<string, number>();
  readonly live: LaneScreening;
  readonly #folder: string;
  /** Milliseconds that functions take to have passed besides. */
  #passed = 0;
  readonly #functions: Readonly<Record<Called, QueueFunction>>;
  readonly #screenBatch: ReturnType<typeof createScreenBatch>;
  readonly #preparers: ModelPreparers;

  private constructor(home: LocalHome, folder: string) {
    this.home = home;
    this.#folder = folder;
    const elapsed = () => performance.now() + this.#passed;
    const cache = join(folder, 'bundles');
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const counters = {
      add: (name: string, count: number) => void this.counts.set(name, (this.counts.get(name) ?? 0) + count),
    };
    // Each function remembers what is active by itself, as functions in AWS do.
    const parts = () => ({ home, configuration: new Configuration(home.objects, elapsed), log, counters });
    this.#preparers = new ModelPreparers({
      processes: 1,
      bundleOf: ({ model }) => fetchBundle(home.objects, model.model, cache, { only: 'detector' }),
    });
    const intake = parts();
    this.#functions = {
      preparation: createPrepare({
        ...parts(),
        source: 'preparation',
        preparerFor: this.#preparers.preparerFor,
      }),
      intake: createIntake({ ...intake, queueOf: queuesByLane(intake.configuration, 'auto') }),
      results: createAggregate(parts()),
    };
    this.live = new LaneScreening({ ...parts(), setting: 'auto', cache: join(folder, 'live') });
    this.#screenBatch = createScreenBatch({ home, screening: this.live, log, counters });
  }

  static async open(): Promise<LaneRun> {
    const folder = await mkdtemp(join(tmpdir(), 'lanes-'));
    return new LaneRun(await openLocalHome(join(folder, 'data'), { sweep: false }), folder);
  }

  get dataFolder(): string {
    return join(this.#folder, 'data');
  }

  /** A folder of its own, which is not there yet. */
  emptyFolder(name: string): string {
    return join(this.#folder, name);
  }

  /** Installs a bundle as docs/deploy.md tells, and makes it the active one. From then on every function sees it. */
  async install(bundle: string): Promise<ActiveModel> {
    const { objects } = this.home;
    const model = await activeModelOf(bundle);
    for (const entry of await readdir(bundle, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      await objects.put(bundleFileKey(model.model, file.slice(bundle.length + 1)), await readFile(file));
    }
    await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)));
    this.#passed += SEEN_MILLISECONDS;
    return model;
  }

  /** Uploads both eyes of patients. */
  async upload(...patients: readonly string[]): Promise<void> {
    for (const [index, patient] of patients.entries()) {
      const drawn = await generatePatient({ seed: patient, index: index + 1, size: 320, defects: GOOD });
      for (const eye of LATERALITIES) {
        const key = imageKey({ ...EXAM, patient }, eye, 'jpg');
        const content = drawn[eye]?.jpeg ?? Buffer.alloc(0);
        await this.home.objects.put(key, content, { metadata: { eyes: 'both' } });
      }
    }
  }

  async depth(queue: QueueName): Promise<number> {
    const { visible, inFlight, delayed } = await this.home.queues[queue].queue.depth();
    return visible + inFlight + delayed;
  }

  /** Calls the functions of the pipeline once, with what waits for them, and the live lane's if asked to. */
  async deliver(lanes: { readonly live: boolean }): Promise<void> {
    for (const name of CALLED) {
      const { queue } = this.home.queues[name];
      const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      if (messages.length === 0) continue;
      const { batchItemFailures } = await this.#functions[name](queueEventOf(messages, name));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      await queue.delete(messages.filter(({ id }) => !failed.has(id)).map(({ receipt }) => receipt));
    }
    if (lanes.live) await this.callLive();
  }

  /** Calls the live lane's function with what waits for it. @returns ids of messages that come again */
  async callLive(source: ScreeningQueue = 'live-screening'): Promise<readonly string[]> {
    const { queue } = this.home.queues[source];
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    if (messages.length === 0) return [];
    return this.#screenBatch({ source, messages, milliseconds: CALL_MILLISECONDS });
  }

  /** Delivers until something holds. */
  async until(
    holds: () => Promise<boolean>,
    lanes: { readonly live: boolean } = { live: true },
  ): Promise<void> {
    const end = performance.now() + PATIENCE_MILLISECONDS;
    while (!(await holds())) {
      await this.deliver(lanes);
      await delay(20);
      if (performance.now() > end) throw new Error('It does not come about.');
    }
  }

  async exams(...patients: readonly string[]): Promise<readonly (ExamRecord | undefined)[]> {
    return Promise.all(patients.map((patient) => this.home.exams.get({ ...EXAM, patient })));
  }

  async areScreened(...patients: readonly string[]): Promise<boolean> {
    return (await this.exams(...patients)).every((record) => record?.status === 'screened');
  }

  /** A GPU worker that wakes, as for a backlog: it works until it is disposed of. */
  async wakeWorker(): Promise<AsyncDisposable> {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const environment = readEnvironment({
      RETCLIP_CACHE: join(this.#folder, 'gpu'),
      RETCLIP_BATCH_SIZE: '4',
    });
    const { worker, close } = await startWorker(this.home, environment, log, { add: () => undefined });
    const running = worker.run();
    return {
      async [Symbol.asyncDispose]() {
        await worker.stop(10_000);
        await running;
        await close();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.live.discard();
    await this.#preparers.close();
    await this.home.close();
    await rm(this.#folder, { recursive: true, maxRetries: 20, retryDelay: 50 });
  }
}
