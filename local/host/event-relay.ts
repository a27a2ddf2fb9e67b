import { programOfEvent } from '../../core/messages/domain-event.ts';
import type { DomainEvent, OutgoingMessage } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import type { LocalEvents } from '../events/local-events.ts';
import type { Position } from '../events/position.ts';
import type { LocalQueue } from '../queue/local-queue.ts';
import { RepeatedWork } from './repeated-work.ts';

const EVENTS_AT_ONCE = 200;
const PAUSE_MILLISECONDS = 250;
const PAUSE_AFTER_FAULT_MILLISECONDS = 2_000;

export interface EventRelayOptions {
  readonly events: LocalEvents;
  readonly queue: LocalQueue;
  readonly position: Position;
  readonly wanted: (event: DomainEvent) => boolean | Promise<boolean>;
  readonly log: Log;
}

/**
 * Sends events to a queue, as a rule of an event bus does: every event of every process, in order, at least once, over
 * restarts.
 */
export class EventRelay {
  readonly #options: EventRelayOptions;
  readonly #work: RepeatedWork;

  constructor(options: EventRelayOptions) {
    this.#options = options;
    const { log, queue } = options;
    this.#work = new RepeatedWork({
      round: () => this.#relayPart(),
      pauseMilliseconds: PAUSE_MILLISECONDS,
      pauseAfterFaultMilliseconds: PAUSE_AFTER_FAULT_MILLISECONDS,
      onFault: (reason) => log.error(`Events do not reach queue ${queue.name}`, { reason }),
    });
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  /** @returns whether there may be more */
  async #relayPart(): Promise<boolean> {
    const { events, queue, position, wanted } = this.#options;
    const part = await events.after(await position.read(), EVENTS_AT_ONCE);
    const last = part.at(-1);
    if (last === undefined) return false;
    const messages: OutgoingMessage[] = [];
    for (const { event } of part)
      if (await wanted(event)) messages.push({ body: JSON.stringify(event), group: programOfEvent(event) });
    if (messages.length > 0) await queue.send(messages);
    await position.write(last.sequence);
    return part.length === EVENTS_AT_ONCE;
  }
}
