import { AuditTrail } from '../../core/audit/audit-trail.ts';
import { createApi } from '../api/app.ts';
import type { Caller } from '../api/caller.ts';
import type { FunctionRun } from './function-run.ts';

export const OPERATOR: Caller = {
  subject: 'operator',
  programs: '*',
  scopes: ['read', 'review', 'operate', 'admin'],
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever the API answers
  readonly body: any;
}

/** Calls the API over a run's home as a given caller, or as nobody. */
export function apiClient(run: FunctionRun, caller: Caller | null = OPERATOR) {
  const audit = new AuditTrail(run.home.objects);
  const app = createApi({
    home: run.home,
    audit,
    clock: () => run.home.clock.now(),
    authenticate: () => caller,
    log: { info: () => undefined, warn: () => undefined, error: (message) => run.warnings.push(message) },
  });
  async function ask(path: string, init?: RequestInit): Promise<Answer> {
    const response = await app.request(path, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }
  const send =
    (method: string) =>
    (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      ask(path, {
        method,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      });
  return {
    get: (path: string) => ask(path),
    /** For what is no JSON. */
    file: async (path: string) => {
      const response = await app.request(path);
      const content = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, content };
    },
    post: send('POST'),
    put: send('PUT'),
    delete: send('DELETE'),
    flushAudit: () => audit.flush(),
  };
}
