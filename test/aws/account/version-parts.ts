import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Headers that tell of the whole, or of the way that it came. */
const OF_THE_WHOLE = /^(?:x-amz-checksum-.*|content-length|transfer-encoding|connection|keep-alive)$/;
const RANGE = /^bytes=(\d+)-(\d+)$/;

/** Whether a request asks S3 for a part of one version of an object. */
export function isForVersionPart({ method, url = '', headers }: IncomingMessage): boolean {
  const { searchParams } = new URL(url, 'http://aws');
  return method === 'GET' && searchParams.has('versionId') && RANGE.test(headers.range ?? '');
}

/** Answers such a request by what the emulator answers: all of the version, of which the part is cut out here. */
export async function answerVersionPart(
  request: IncomingMessage,
  response: ServerResponse,
  emulator: string,
): Promise<void> {
  const { hostname, port } = new URL(emulator);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, url: path, headers } = request;
  const options = { hostname, port, method, path, headers, agent: false };
  requestHttp(options, resolve).once('error', reject).end();
  const answer = await promise;
  const whole = await buffer(answer);
  const kept = Object.entries(answer.headers).filter(([name]) => !OF_THE_WHOLE.test(name));
  if (answer.statusCode !== 200) {
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept)).end(whole);
    return;
  }
  const [, start = 0, end = 0] = (RANGE.exec(headers.range ?? '') ?? []).map(Number);
  const part = whole.subarray(start, end + 1);
  const told = { 'content-range': `bytes ${start}-${start + part.length - 1}/${whole.length}` };
  response.writeHead(206, { ...Object.fromEntries(kept), ...told, 'content-length': part.length }).end(part);
}
