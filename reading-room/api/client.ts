import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './document';

export type Schemas = components['schemas'];

/** The API answered with an error, or not at all: then `status` is 0. */
export class ApiFault extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'ApiFault';
    this.status = status;
  }
}

type OnSignedOut = () => void;

let reader: string | null = null;
let onSignedOut: OnSignedOut = () => undefined;

/** Names the reader whom the page believes to be signed in: the host refuses calls once it is another. */
export function callAs(name: string | null): void {
  reader = name;
}

/** Told when the host no longer knows who calls. */
export function whenSignedOut(listener: OnSignedOut): void {
  onSignedOut = listener;
}

/** Headers of every call. */
export function callHeaders(): Readonly<Record<string, string>> {
  return reader === null ? {} : { 'retclip-reader': encodeURIComponent(reader) };
}

/** Checks an answer. @throws ApiFault with the host's words */
export async function requireOk(response: Response): Promise<void> {
  if (response.ok) return;
  if (response.status === 401 && reader !== null) onSignedOut();
  const problem: unknown = await response.json().catch(() => null);
  const { detail } = (problem ?? {}) as { detail?: unknown };
  throw new ApiFault(response.status, typeof detail === 'string' ? detail : response.statusText);
}

/** Calls the host. @throws ApiFault with status 0 where it does not answer */
export async function call(address: string | Request, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFault(0, 'The host does not answer.');
  }
}

const naming: Middleware = {
  onRequest: ({ request }) => {
    for (const [name, value] of Object.entries(callHeaders())) request.headers.set(name, value);
    return request;
  },
  onResponse: async ({ response }) => {
    await requireOk(response.clone());
    return response;
  },
};

/** The API, typed by its own document. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => call(request) });
api.use(naming);

/** What an answer holds. @throws ApiFault if it holds nothing */
export function dataOf<Data>({ data }: { readonly data?: Data }): Data {
  if (data === undefined) throw new ApiFault(0, 'The answer was empty.');
  return data;
}
