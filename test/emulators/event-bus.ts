import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import { EVENT_SOURCE, EventBridgeEvents } from '../../aws/events/eventbridge-events.ts';
import type { DomainEvent } from '../../core/ports/index.ts';
import type { EventsSubject } from '../conformance/events.ts';
import { clientSettings } from './client-settings.ts';

export const BUS = 'retclip';
const MOST_ENTRIES = 10;

const putEventsSchema = z.object({
  Entries: z
    .array(
      z.object({
        EventBusName: z.literal(BUS),
        Source: z.literal(EVENT_SOURCE),
        DetailType: z.string().min(1),
        Detail: z.string(),
        Time: z.number(),
      }),
    )
    .min(1)
    .max(MOST_ENTRIES),
});

/** Takes PutEvents as the service documents it. No emulator from npm speaks EventBridge. Every third call is throttled in part. */
export async function openEventBus(): Promise<EventsSubject & { readonly endpoint: string }> {
  const received: DomainEvent[] = [];
  let calls = 0;
  const server = createServer(async (request, response) => {
    const parsed = putEventsSchema.safeParse(JSON.parse(await text(request)));
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents' || !parsed.success) {
      response.writeHead(400).end(JSON.stringify({ __type: 'ValidationException' }));
      return;
    }
    calls += 1;
    const throttled = calls % 3 === 0;
    const entries = parsed.data.Entries.map(({ Detail }, index) => {
      if (throttled && index === 0) return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Slow down' };
      received.push(JSON.parse(Detail) as DomainEvent);
      return { EventId: `${calls}-${index}` };
    });
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ Entries: entries, FailedEntryCount: throttled ? 1 : 0 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new EventBridgeClient(clientSettings(endpoint));
  return {
    endpoint,
    events: new EventBridgeEvents(client, BUS),
    received: async () => received,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
