import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

const sendSchema = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ MessageBody: z.string(), MessageGroupId: z.string().optional() })),
});

/** A message as it went over the wire. */
export interface RecordedSend {
  /** Last part of the queue's address. */
  readonly queue: string;
  readonly body: string;
  readonly group: string | undefined;
}

export interface RecordedSends {
  readonly endpoint: string;
  readonly sends: readonly RecordedSend[];
  close(): Promise<void>;
}

/**
 * Stands before an emulator of SQS and notes what is sent: fauxqs takes message groups of standard queues but keeps
 * none of them.
 *
 * @param emulator its address
 */
export async function recordSends(emulator: string): Promise<RecordedSends> {
  const sends: RecordedSend[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch') {
      const { QueueUrl, Entries } = sendSchema.parse(JSON.parse(body.toString()));
      const queue = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
      for (const entry of Entries)
        sends.push({ queue, body: entry.MessageBody, group: entry.MessageGroupId });
    }
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      name === 'host' || name === 'connection' || typeof value !== 'string' ? [] : [[name, value] as const],
    );
    try {
      const init = { method: request.method, headers: Object.fromEntries(headers), body };
      const answer = await fetch(`${emulator}${request.url}`, init);
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/x-amz-json-1.0',
        'x-amzn-query-error': answer.headers.get('x-amzn-query-error') ?? '',
      });
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch (error) {
      response.destroy(error instanceof Error ? error : undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    sends,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
