import type { Lane } from '../../core/lanes/lane.ts';
import type { Home } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { createAggregate } from '../../functions/aggregate/aggregate.ts';
import type { QueueFunction } from '../../functions/consume-queue.ts';
import { createIntake } from '../../functions/intake/intake.ts';
import { createPrepare } from '../../functions/prepare/prepare.ts';
import type { Preparer } from '../../functions/prepare/prepare-content.ts';
import { queuesByLane } from '../../functions/screening-queue.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import type { Part } from './schedule.ts';
import type { SimulatedClock } from './simulated-clock.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Queues whose messages a function is called with. */
export type CalledQueue = Extract<Part, 'preparation' | 'bulk-preparation' | 'intake' | 'results'>;

/** What the functions are called with besides their home. */
export interface Calling {
  readonly clock: SimulatedClock;
  readonly preparer: () => Promise<Preparer>;
  readonly lane: Lane;
}

function functionOf(queue: CalledQueue, home: Home, { clock, preparer, lane }: Calling): QueueFunction {
  const configuration = new Configuration(home.objects, clock.elapsed);
  const counters = { add: () => undefined };
  const parts = { home, configuration, log: QUIET, counters, now: clock.date };
  if (queue === 'intake') return createIntake({ ...parts, queueOf: queuesByLane(configuration, lane) });
  if (queue === 'results') return createAggregate(parts);
  return createPrepare({ ...parts, source: queue, preparerFor: preparer });
}

/**
 * Calls the queue's function once, with what there is, as its service does; what it has handled is deleted.
 *
 * @returns how many messages it was called with
 */
export async function callFunction(queue: CalledQueue, home: Home, calling: Calling): Promise<number> {
  const messages = await home.queues[queue].queue.receive({ maxMessages: 10, waitSeconds: 0 });
  if (messages.length === 0) return 0;
  const { batchItemFailures } = await functionOf(queue, home, calling)(queueEventOf(messages, queue));
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ id }) => !failed.has(id));
  await home.queues[queue].queue.delete(done.map(({ receipt }) => receipt));
  return messages.length;
}
