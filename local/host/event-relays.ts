import { join } from 'node:path';
import { programOfEvent } from '../../core/messages/domain-event.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { filePosition, type Position } from '../events/position.ts';
import type { LocalHome } from '../home.ts';
import { EventRelay } from './event-relay.ts';

function webhooksPosition({ folder }: LocalHome): Position {
  return filePosition(join(folder.directory, 'webhooks-followed'));
}

/** The last event that all relays have sent on. */
export async function followedEvents(home: LocalHome): Promise<number> {
  return Math.min(home.vectors.file.followed('indexing'), await webhooksPosition(home).read());
}

/** What follows from events on this machine: the index of features, and webhooks. */
export function eventRelays(home: LocalHome, configuration: Configuration, log: Log): readonly EventRelay[] {
  const { events, queues, vectors } = home;
  return [
    new EventRelay({
      events,
      log,
      queue: queues.indexing.queue,
      wanted: ({ type }) => type === 'ExamScreened',
      // In the file of the vectors: without it, all events are followed again, and it is whole.
      position: {
        read: async () => vectors.file.followed('indexing'),
        write: async (sequence) => vectors.file.follow('indexing', sequence),
      },
    }),
    new EventRelay({
      events,
      log,
      queue: queues.webhooks.queue,
      wanted: async (event) => (await configuration.webhooks(programOfEvent(event))).length > 0,
      position: webhooksPosition(home),
    }),
  ];
}
