import { setTimeout as delay } from 'node:timers/promises';
import type { ActiveModel } from '../../core/activation/active-model.ts';
import type { Home } from '../../core/ports/index.ts';
import { contractOf } from '../../core/preparation/contract.ts';
import { ModelPreparers } from '../../functions/prepare/model-preparer.ts';
import type { Preparer } from '../../functions/prepare/prepare-content.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { Worker } from '../../gpu-worker/worker.ts';
import { activeModelOfBundle, type Bundle, modelInput, openBundle } from '../../model/bundle/index.ts';
import { InferenceThread } from '../../screening/inference/inference-thread.ts';
import { Screener } from '../../screening/screener.ts';
import type { FaultHome } from './fault-home.ts';
import type { SimulatedProcess } from './simulated-process.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TOLD = { log: QUIET, counters: { add: () => undefined } };
const BATCH = 4;
const LOOK_MILLISECONDS = 10;
/** A worker that has had nothing to do for so many looks is idle. */
const IDLE_LOOKS = 4;
/** After so many looks at messages that are on loan to no worker, their loans end. */
const ABANDONED_LOOKS = 20;
/** No round of a schedule takes a sound worker so long. */
const LONGEST_MILLISECONDS = 180_000;

/**
 * The real worker and the real decoders on the shipped model. Threads and processes are shared by all workers of a run: they
 * keep nothing of an exam.
 */
export class ScreeningWorkers implements AsyncDisposable {
  readonly bundle: Bundle;
  readonly model: ActiveModel;
  readonly #thread: InferenceThread;
  readonly #preparers: ModelPreparers;

  private constructor(bundle: Bundle, thread: InferenceThread) {
    this.bundle = bundle;
    this.model = activeModelOfBundle(bundle);
    this.#thread = thread;
    this.#preparers = new ModelPreparers({ processes: 1, bundleOf: async () => bundle });
  }

  static async start(): Promise<ScreeningWorkers> {
    const bundle = await openBundle(DEFAULT_BUNDLE, { text: false });
    const settings = { precision: 'fp32', provider: 'cpu', batchSize: BATCH } as const;
    const { imageSize } = bundle.manifest.geometry.vision;
    const thread = await InferenceThread.start({ ...settings, bundleDirectory: bundle.directory }, imageSize);
    return new ScreeningWorkers(bundle, thread);
  }

  /** Prepares images for the shipped model, whichever is active: the others differ from it in their names alone. */
  preparer(): Promise<Preparer> {
    const { manifest } = this.bundle;
    const prepared = { ...modelInput(manifest), preprocessing: manifest.preprocessing.id };
    return this.#preparers.preparerFor({ model: this.model, contract: contractOf(prepared), prepared });
  }

  /** Lets a worker of the active model screen until its queue is empty or it is killed. */
  async screen(process: SimulatedProcess, place: FaultHome, model: ActiveModel): Promise<void> {
    const { workerVisibilitySeconds } = place;
    const { queue } = place.home.queues.screening;
    const worker = this.#worker(process.home, model, workerVisibilitySeconds);
    // A fault of its home ends a worker as it would end a process.
    const running = worker.run().catch(() => process.kill());
    const end = performance.now() + LONGEST_MILLISECONDS;
    let abandoned = 0;
    for (let idle = 0; idle < IDLE_LOOKS && !process.isKilled; ) {
      await delay(LOOK_MILLISECONDS);
      const { visible, inFlight } = await queue.depth();
      idle = visible + inFlight === 0 ? idle + 1 : 0;
      // What it could neither delete nor hand back comes again when its loan ends.
      abandoned = visible === 0 && inFlight > 0 && worker.onLoan === 0 ? abandoned + 1 : 0;
      if (abandoned === ABANDONED_LOOKS) {
        await place.pass(workerVisibilitySeconds);
        abandoned = 0;
      }
      if (performance.now() > end) throw new Error('The simulated worker does not come to an end.');
    }
    const stopped = worker.stop(1_000);
    if (process.isKilled) void Promise.allSettled([running, stopped]);
    else await Promise.all([running, stopped]);
  }

  /** What screens by a model, whose thread all share. @param onOtherModel told of a request for another model */
  screener(home: Home, model: ActiveModel, onOtherModel?: () => void): Screener {
    return new Screener({
      ...(onOtherModel === undefined ? {} : { onOtherModel }),
      ...{ home, model, heads: this.bundle.heads, thread: this.#thread },
      imageSize: this.bundle.manifest.geometry.vision.imageSize,
      ...{ batchSize: BATCH, batchAgeMilliseconds: 5 },
      runtime: { runtime: 'test', provider: 'cpu', precision: 'fp32' },
      precision: { precision: 'fp32', equivalents: ['fp32'] },
      isPrecisionVerified: true,
      ...TOLD,
    });
  }

  #worker(home: Home, model: ActiveModel, visibilitySeconds: number): Worker {
    return new Worker({ home, screener: this.screener(home, model), visibilitySeconds, ...TOLD });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#preparers.close(), this.#thread.stop()]);
  }
}
