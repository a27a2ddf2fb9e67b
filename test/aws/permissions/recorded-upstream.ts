import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PassedOn {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that keeps what it is sent, and answers as it is told. */
export interface RecordedUpstream {
  readonly endpoint: string;
  readonly requests: PassedOn[];
  /** Set to answer otherwise than by an empty 200. */
  answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };
  close(): Promise<void>;
}

export async function startRecordedUpstream(): Promise<RecordedUpstream> {
  const requests: PassedOn[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(chunks) });
    const { status, headers: answered = {}, body = '' } = upstream.answer;
    response.writeHead(status, answered).end(body);
  });
  const upstream: RecordedUpstream = {
    endpoint: '',
    requests,
    answer: { status: 200 },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(upstream, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
