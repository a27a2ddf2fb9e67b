import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../../core/errors.ts';

export interface RepeatedWorkOptions {
  /** Does one round. @returns whether there may be more to do: the next one begins at once */
  readonly round: (signal: AbortSignal) => Promise<boolean>;
  readonly pauseMilliseconds: number;
  /** After a round that failed; the usual one unless told. */
  readonly pauseAfterFaultMilliseconds?: number;
  readonly onFault: (reason: string) => void;
}

/** Does a piece of work round by round with pauses in between, until it is stopped. A round that fails ends nothing. */
export class RepeatedWork {
  readonly #options: RepeatedWorkOptions;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;

  constructor(options: RepeatedWorkOptions) {
    this.#options = options;
    this.#done = this.#run();
  }

  /** Ends after the round in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const {
      round,
      pauseMilliseconds,
      pauseAfterFaultMilliseconds = pauseMilliseconds,
      onFault,
    } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let pause = pauseMilliseconds;
      try {
        if (await round(signal)) continue;
      } catch (error) {
        onFault(reasonOf(error));
        pause = pauseAfterFaultMilliseconds;
      }
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
