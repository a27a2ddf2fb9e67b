import { z } from 'zod';
import { domainEventSchema } from '../messages/domain-event.ts';

/** The published schema of events: JSON Schema 2020-12, made of what the code itself checks. */
export function eventJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    title: 'retclip-screening events',
    description:
      'What is announced on the event bus and to webhooks. Pseudonyms only. Research use only: no outcome is a diagnosis.',
    ...z.toJSONSchema(domainEventSchema, { io: 'output' }),
  };
}
