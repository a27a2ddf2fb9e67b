import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DomainEvent, Events } from '../../core/ports/index.ts';
import { PartialSendError } from '../errors.ts';
import { tellFaults } from '../faults/tell-faults.ts';
import { partsOf, repeatFailed } from '../queue/repeated-batch.ts';

/** Source of every event, by which rules choose them. */
export const EVENT_SOURCE = 'retclip.screening';
/** What EventBridge takes in one call. */
const BATCH = 10;

/** Domain events on an EventBridge bus: `detail-type` is the event's type, `detail` the event. */
export class EventBridgeEvents implements Events {
  readonly #client: EventBridgeClient;
  readonly #bus: string;

  constructor(client: EventBridgeClient, bus: string) {
    this.#client = tellFaults(client);
    this.#bus = bus;
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    for (const part of partsOf(events, BATCH)) {
      const entries = part.map((event, index) => ({ Id: String(index), event }));
      const failed = await repeatFailed(entries, (open) => this.#put(open));
      const [first] = failed;
      if (first !== undefined) {
        throw new PartialSendError(
          `${failed.length} of ${events.length} events were not taken by bus ${this.#bus} (${first.Code}: ${first.Message}). Publish them again.`,
        );
      }
    }
  }

  async #put(entries: readonly { readonly Id: string; readonly event: DomainEvent }[]) {
    const { Entries = [] } = await this.#client.send(
      new PutEventsCommand({
        Entries: entries.map(({ event }) => ({
          EventBusName: this.#bus,
          Source: EVENT_SOURCE,
          DetailType: event.type,
          Detail: JSON.stringify(event),
          Time: new Date(event.at),
        })),
      }),
    );
    // The answer's entries are in the order of the request's.
    return Entries.flatMap(({ ErrorCode, ErrorMessage }, index) =>
      ErrorCode === undefined ? [] : [{ Id: entries[index]?.Id, Code: ErrorCode, Message: ErrorMessage }],
    );
  }
}
