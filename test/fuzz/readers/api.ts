import { ACTIVE_MODEL_KEY } from '../../../core/activation/active-model.ts';
import { registerProgram } from '../../../core/programs/program-register.ts';
import { DEFAULT_SETTINGS } from '../../../core/programs/program-settings.ts';
import { MODEL } from '../../../core/testing/records.ts';
import { createApi } from '../../../functions/api/app.ts';
import { jwtCaller } from '../../../functions/api/jwt-caller.ts';
import { openLocalHome } from '../../../local/home.ts';
import { storageProblem } from '../../../local/host/storage-problem.ts';
import { addUploadRoute } from '../../../local/host/upload-route.ts';
import type { Reader } from '../reader.ts';
import { documents, structured, texts, textual } from './mutations.ts';

/** A request as the gateway hands it over. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly claims: unknown;
}

/** The system answered that it had failed: whatever a stranger sends, it must not. */
class FailureError extends Error {}

let lastError = '';
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (_: string, fields: object) => {
    lastError = JSON.stringify(fields);
  },
};
let opened: Promise<{ app: ReturnType<typeof createApi> }> | undefined;

async function open(folder: string) {
  const home = await openLocalHome(folder, { endpoint: () => 'http://127.0.0.1:1' });
  await registerProgram(home.objects, 'north');
  await home.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(MODEL)));
  const app = createApi({
    home,
    authenticate: jwtCaller,
    log,
    explain: storageProblem,
    rateLimit: { perSecond: 1e9, burst: 1e9 } as never,
  });
  addUploadRoute(app as never, home);
  return { app };
}

/** Sends a request. What HTTP itself could not carry is left out. */
async function ask(asked: Asked, folder: string): Promise<void> {
  opened ??= open(folder);
  const { app } = await opened;
  let request: Request;
  try {
    const { method, path, headers, body } = asked;
    const hasBody = body !== undefined && !['GET', 'HEAD'].includes(method);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    request = new Request(new URL(String(path), 'http://127.0.0.1:1'), {
      method,
      headers,
      ...(hasBody ? { body: text } : {}),
    });
  } catch {
    return;
  }
  const event = { requestContext: { authorizer: { jwt: { claims: asked.claims } } } };
  const response = await app.request(request, undefined, { event });
  await response.text();
  if (response.status >= 500)
    throw new FailureError(`${asked.method} ${asked.path}: status ${response.status} ${lastError}`);
}

const CLAIMS = {
  sub: 'anna',
  scope: 'retclip/read retclip/review retclip/operate retclip/admin',
  programs: '[north]',
};
const JSON_HEADERS = { 'content-type': 'application/json' };
const request = (method: string, path: string, body?: unknown, headers: object = {}) => ({
  ...{ method, path, claims: CLAIMS, headers: { ...(body === undefined ? {} : JSON_HEADERS), ...headers } },
  ...(body === undefined ? {} : { body }),
});
const IMAGE = {
  ...{ patient: 'P1', exam: '1', laterality: 'left', extension: 'jpg', contentType: 'image/jpeg' },
  ...{ bytes: 10, sha256: '0'.repeat(64), eyes: 'both' },
};
const NORTH = '/v1/programs/north';

/** The API with its claims, queries, cursors and bodies, and the presigned uploads of one machine. */
export const apiReaders: readonly Reader[] = [
  {
    name: 'api',
    seeds: documents(
      request('GET', '/v1/programs?limit=2&cursor=x'),
      request('GET', `${NORTH}/results?outcome=refer&label=amd&min=0.5&limit=3&sort=date&order=oldest-first`),
      request('GET', `${NORTH}/patients/P1/exams/1`),
      request('GET', `${NORTH}/worklist?stage=first&limit=2`),
      request('GET', `${NORTH}/audit?limit=2`),
      request('GET', `${NORTH}/summary`),
      request('POST', `${NORTH}/uploads`, { images: [IMAGE] }, { 'idempotency-key': 'k1' }),
      request('POST', `${NORTH}/exams/lookup`, { exams: [{ patient: 'P1', exam: '1' }] }),
      request('PUT', `${NORTH}/settings`, DEFAULT_SETTINGS, { 'if-match': '"default"' }),
      request('POST', `${NORTH}/webhooks`, { url: 'https://example.org/hook', events: ['ExamScreened'] }),
      request('POST', `${NORTH}/jobs`, { mode: 'screen', selection: {} }),
      request('POST', `${NORTH}/patients/P1/exams/1/reviews`, { outcome: 'refer', note: 'seen' }),
      request('POST', `${NORTH}/patients/P1/exams/1/images/withdraw`, {
        image: 'images/north/P1/1/left.jpg',
        reason: 'x',
      }),
      request('DELETE', `${NORTH}/patients/P9`),
    ),
    mutate: structured,
    async read(input, folder) {
      let asked: Asked;
      try {
        asked = JSON.parse(input.toString());
      } catch {
        return;
      }
      if (asked === null || typeof asked !== 'object') return;
      await ask(asked, folder);
    },
    refusals: [],
  },
  {
    name: 'presigned-upload',
    seeds: texts(
      '/objects/images/north/P1/1/left.jpg?X-Amz-Expires=60&X-Amz-Date=20260501T000000Z&X-Amz-Signature=00',
      '/objects/images%2Fnorth%2FP1%2F1%2Fleft.jpg?expires=99999999999&signature=abc&sha256=00',
    ),
    mutate: textual,
    read: (input, folder) =>
      ask({ method: 'PUT', path: input.toString(), headers: {}, body: 'x', claims: CLAIMS }, folder),
    refusals: [],
  },
];
