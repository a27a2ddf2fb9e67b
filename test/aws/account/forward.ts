import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';

/** Hop by hop, or answered on the way already. */
const NOT_FORWARDED = new Set(['connection', 'expect', 'keep-alive', 'transfer-encoding']);

/** Passes a request on to another server as it came, its host and signature with it, and the answer back. */
export function forward(request: IncomingMessage, response: ServerResponse, target: string): void {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.has(name)),
  );
  const { hostname, port } = new URL(target);
  const onward = requestHttp(
    { hostname, port, method: request.method, path: request.url, headers, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    },
  );
  onward.once('error', (error) => {
    if (!response.headersSent) response.writeHead(502);
    response.end(error.message);
  });
  // A caller that no longer waits, as a worker that stops within a long poll, ends the call: it must take no more messages.
  response.once('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  request.pipe(onward);
}

/** The service that a request was signed for, by its header or its presigned URL. */
export function signedService({ headers, url = '' }: IncomingMessage): string | undefined {
  const query = new URL(url, 'http://aws').searchParams.get('X-Amz-Credential');
  const scope = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query ?? '';
  return scope.split('/')[3];
}
