import type { DomainEvent } from '../messages/domain-event.ts';

/** Tells those who listen what has happened, at least once. */
export interface Events {
  publish(events: readonly DomainEvent[]): Promise<void>;
}
