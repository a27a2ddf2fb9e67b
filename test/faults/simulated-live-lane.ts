import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANE_QUEUES } from '../../core/lanes/lane.ts';
import type { Home } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { LaneScreening } from '../../functions/screen/lane-screening.ts';
import { createScreenBatch } from '../../functions/screen/screen-batch.ts';
import { messagesOf } from '../../functions/sqs-messages.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import type { ScreeningWorkers } from './screening-worker.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedProcess } from './simulated-process.ts';

const TOLD = {
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  counters: { add: () => undefined },
};
const MOST_MESSAGES = 10;
/** No call of a schedule takes so long: what hangs was killed. */
const CALL_MILLISECONDS = 60_000;
/** Nothing lies there: the bundle is loaded already. */
const NO_CACHE = join(tmpdir(), 'no-such-bundles');

/** The function of the live lane, with its own code and the shipped model: each process is a container of it. */
export class SimulatedLiveLane {
  readonly #workers: ScreeningWorkers;

  constructor(workers: ScreeningWorkers) {
    this.#workers = workers;
  }

  /** Calls a container until nothing waits or it is killed. As in a stack without GPU workers it takes both queues. */
  async screen(process: SimulatedProcess, clock: SimulatedClock): Promise<void> {
    await process
      .run((home) => this.#callUntilEmpty(home, clock))
      // What a call throws, its service delivers again.
      .catch(() => undefined);
  }

  async #callUntilEmpty(home: Home, clock: SimulatedClock): Promise<void> {
    const configuration = new Configuration(home.objects, clock.elapsed);
    const screening = new LaneScreening({
      ...{ home, configuration, setting: 'live', cache: NO_CACHE, ...TOLD },
      open: async (onOtherModel) => {
        const { model } = await new Configuration(home.objects, clock.elapsed).screening();
        const screener = this.#workers.screener(home, model, onOtherModel);
        return { screener, close: async () => undefined };
      },
    });
    const screenBatch = createScreenBatch({ home, screening, ...TOLD });
    for (const source of Object.values(LANE_QUEUES)) {
      const { queue } = home.queues[source];
      for (;;) {
        const messages = await queue.receive({ maxMessages: MOST_MESSAGES, waitSeconds: 0 });
        if (messages.length === 0) break;
        const again = await screenBatch({
          source,
          messages: messagesOf(queueEventOf(messages, source)),
          milliseconds: CALL_MILLISECONDS,
        });
        const done = messages.filter(({ id }) => !again.includes(id));
        await queue.delete(done.map(({ receipt }) => receipt));
      }
    }
  }
}
