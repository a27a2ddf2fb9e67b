import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActiveModel } from '../../core/activation/active-model.ts';
import type { LaneSetting } from '../../core/lanes/lane.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { createHandOver } from '../../screening/exam/hand-over.ts';
import { isSameBundle } from '../../screening/load-bundle.ts';
import { type OpenedScreener, openScreener } from '../../screening/open-screener.ts';
import { laneOf } from '../screening-queue.ts';

/** What is done with requests by what is active now. */
export interface LaneWork {
  /** Screens one request's exam, or hands it to the other lane. */
  readonly screen: (body: string) => Promise<void>;
  /** Whether each exam leaves at once. */
  readonly hurry: (isHurried: boolean) => void;
  /** Begins no further exam. What has stopped is not used again. */
  readonly stop: () => void;
}

export interface LaneScreeningOptions {
  readonly home: Home;
  readonly configuration: Pick<Configuration, 'screening' | 'modelCost'>;
  readonly setting: LaneSetting;
  /** Where bundles are kept. */
  readonly cache: string;
  readonly log: Log;
  readonly counters: Counters;
  /** Loads the active model; for tests. */
  readonly open?: (onOtherModel: () => void) => Promise<OpenedScreener>;
}

/**
 * Pictures of a batch. Whole batches are computed, so an exam that comes alone pays for the places that stay free; two exams
 * of two eyes fill it.
 */
const BATCH = 4;
/** All requests of a call are there when it begins: longer than their pixels take to be read, none has to wait. */
const BATCH_AGE_MILLISECONDS = 20;

/**
 * The model of the live lane, loaded once for each container, and again where another one is active. A model of the other
 * lane is never loaded: it may be larger than the function's memory.
 */
export class LaneScreening {
  readonly #options: LaneScreeningOptions;
  #loaded: { readonly opening: Promise<OpenedScreener>; opened?: OpenedScreener } | undefined;
  /** A request for another model was met: what was read of the active one a moment ago may be old. */
  #isOutdated = false;

  constructor(options: LaneScreeningOptions) {
    this.#options = options;
  }

  /** Images and time of each stage, of the model that is loaded. */
  get rates() {
    return this.#loaded?.opened?.screener.rates;
  }

  /**
   * What takes requests now.
   *
   * @throws ConfigurationError if no model is active; BundleError, ScreeningError if it cannot be loaded: the next call tries
   * again
   */
  async work(): Promise<LaneWork> {
    const { home, configuration, setting, counters } = this.#options;
    const { model } = await configuration.screening(this.#isOutdated);
    this.#isOutdated = false;
    if ((await laneOf(configuration, setting, model.model)) === 'gpu') {
      await this.discard();
      const handOver = createHandOver({ home, model, counters });
      return { screen: handOver, hurry: () => undefined, stop: () => undefined };
    }
    const { screener } = await this.#load(model);
    return {
      screen: (body) => screener.screen(body),
      hurry: (isHurried) => screener.hurry(isHurried),
      stop: () => screener.stop(),
    };
  }

  /** Gives the loaded model up, so that the next call loads it afresh. */
  async discard(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    const opened = await loaded?.opening.catch(() => undefined);
    if (opened === undefined) return;
    const { model } = opened.screener.model;
    // It ends after the batch that it is at, however long that takes.
    opened.close().catch(() => undefined);
    await rm(join(this.#options.cache, model), { recursive: true, force: true });
  }

  async #load(active: ActiveModel): Promise<OpenedScreener> {
    const { home, cache, log, counters } = this.#options;
    const present = this.#loaded?.opened?.screener.model;
    if (present !== undefined && !isSameBundle(present, active)) await this.discard();
    const onOtherModel = () => {
      this.#isOutdated = true;
    };
    const open =
      this.#options.open ??
      ((told) =>
        openScreener(
          { home, log, counters, onOtherModel: told },
          { cache, batchSize: BATCH, batchAgeMilliseconds: BATCH_AGE_MILLISECONDS },
        ));
    this.#loaded ??= { opening: open(onOtherModel) };
    const loading = this.#loaded;
    try {
      loading.opened = await loading.opening;
      return loading.opened;
    } catch (error) {
      if (this.#loaded === loading) this.#loaded = undefined;
      throw error;
    }
  }
}
