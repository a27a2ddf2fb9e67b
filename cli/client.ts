import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { DeadLetterChoice } from '../core/dead-letters/dead-letters.ts';
import type { ExamKey } from '../core/exams/exam-key.ts';
import type { RedrivenQueue } from '../core/messages/queues.ts';
import { imageStateSchema } from '../functions/api/image-schemas.ts';
import {
  deadLettersAnswer,
  lookupAnswer,
  resultsPage,
  summarySchema,
  type uploadIntentSchema,
  uploadsAnswer,
} from '../functions/api/schemas.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointError, NoRoomError, RefusedError } from './errors.ts';
import { storeRefusal } from './store-refusal.ts';

export type UploadIntent = z.infer<typeof uploadIntentSchema>;
export type UploadAnswer = z.infer<typeof uploadsAnswer>['items'][number];
export type ResultsPage = z.infer<typeof resultsPage>;
type ResultLine = ResultsPage['items'][number];
export type ExamState = z.infer<typeof lookupAnswer>['items'][number];
export type ImageState = z.infer<typeof imageStateSchema>;
export type DeadLetters = z.infer<typeof deadLettersAnswer>;
export type Summary = z.infer<typeof summarySchema>;

/** Attempts of one call, with doubling pauses between them: about 10 s, the time of a restart. */
const ATTEMPTS = 7;
const FIRST_PAUSE_MILLISECONDS = 150;

const problemSchema = z.object({ title: z.string(), detail: z.string() });

/** Why a fetch failed: its cause says more than its message. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}

/** The store is full. Only the operator can help, so the call is not tried again. */
const NO_ROOM = 507;

/** What the system says of itself in an answer that refuses, or what the store says. */
async function saidIn(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    return problemSchema.parse(JSON.parse(text)).detail;
  } catch {
    return storeRefusal(text);
  }
}

/** Repeats a request that failed for a passing reason. */
async function persistently(
  what: string,
  locate: () => Promise<string>,
  attempt: (url: string) => Promise<Response>,
): Promise<Response> {
  for (let count = 1; ; count += 1) {
    const url = await locate();
    let reason: string;
    try {
      const response = await attempt(url);
      if (response.status === NO_ROOM)
        throw new NoRoomError(`${what} was refused. ${await saidIn(response)}`);
      if (response.status < 500 && response.status !== 429) return response;
      const said = await saidIn(response);
      reason = `status ${response.status}${said === '' ? '' : `: ${said}`}`;
    } catch (error) {
      if (error instanceof NoRoomError) throw error;
      reason = causeOf(error);
    }
    if (count >= ATTEMPTS) {
      throw new EndpointError(
        `${what} failed ${ATTEMPTS} times: ${new URL(url).origin} says ${reason}. Is the system running? On one machine: retclip local --data DIR`,
      );
    }
    await delay(FIRST_PAUSE_MILLISECONDS * 2 ** (count - 1));
  }
}

/** Results of a page where all are read. */
const PAGE_RESULTS = '500';

/** What is asked of a route. */
interface RouteRequest {
  readonly path: string;
  readonly body: unknown;
  /** POST with a body and GET without one, unless told. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the API of one program. */
export class Client {
  readonly #find: () => Promise<Endpoint>;
  readonly #program: string;

  /** @param find says where the system is; asked before every attempt, since a restart may move it */
  constructor(find: () => Promise<Endpoint>, program: string) {
    this.#find = find;
    this.#program = program;
  }

  results(query: Readonly<Record<string, string | undefined>>): Promise<ResultsPage> {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return this.call('Reading results', resultsPage, `/results?${new URLSearchParams(given)}`);
  }

  /** All results that a query finds, page by page as they are asked for. */
  async *allResults(query: Readonly<Record<string, string | undefined>> = {}): AsyncGenerator<ResultLine> {
    let cursor: string | undefined;
    do {
      const page = await this.results({ ...query, cursor, limit: PAGE_RESULTS });
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  summary(): Promise<Summary> {
    return this.call('Reading the summary', summarySchema, '/summary');
  }

  deadLetters(queue: RedrivenQueue): Promise<DeadLetters> {
    return this.call('Reading dead letters', deadLettersAnswer, `/dead-letters/${queue}`);
  }

  /** @returns what was sent again */
  redrive(queue: RedrivenQueue, choice: DeadLetterChoice = {}): Promise<DeadLetters> {
    return this.call('Redriving', deadLettersAnswer, `/dead-letters/${queue}/redrive`, choice);
  }

  async lookup(exams: readonly { readonly patient: string; readonly exam: string }[]): Promise<ExamState[]> {
    return (await this.call('Looking exams up', lookupAnswer, '/exams/lookup', { exams })).items;
  }

  /** What is known of one photograph. @param name the last part of its key */
  image({ patient, exam }: Pick<ExamKey, 'patient' | 'exam'>, name: string): Promise<ImageState> {
    const path = ['patients', patient, 'exams', exam, 'images', name].map(encodeURIComponent).join('/');
    return this.call('Asking about a photograph', imageStateSchema, `/${path}`);
  }

  async uploads(images: readonly UploadIntent[]): Promise<UploadAnswer[]> {
    return (await this.call('Asking for uploads', uploadsAnswer, '/uploads', { images })).items;
  }

  /** Sends one photograph to the store. @throws EndpointError with the store's answer if it refuses */
  async put(
    answer: Extract<UploadAnswer, { action: 'upload' }>,
    content: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const { url, method, headers } = answer;
    const response = await persistently(
      `Uploading "${answer.key}"`,
      async () => url,
      () => fetch(url, { method, headers, body: content }),
    );
    const said = await saidIn(response);
    if (!response.ok)
      throw new EndpointError(`The store refused "${answer.key}" with status ${response.status}: ${said}`);
  }

  /**
   * Calls a route of the program.
   *
   * @param what what is being done, for messages
   * @param path behind the program: `/jobs`
   * @param body sent by POST; without it the route is asked by GET
   * @throws RefusedError with the system's answer if it refuses
   */
  call<Schema extends z.ZodType>(
    what: string,
    schema: Schema,
    path: string,
    body?: unknown,
    how: { readonly method?: 'DELETE'; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<z.infer<Schema>> {
    return this.#request(what, schema, { ...how, path: this.#pathOf(path), body });
  }

  #pathOf(path: string): string {
    return `/v1/programs/${encodeURIComponent(this.#program)}${path}`;
  }

  /**
   * Reads something that others may change, or writes it over what was read.
   *
   * @param change what to put there, over the tag that was read; left out to read
   * @returns its content and its tag (`ETag`, RFC 9110)
   * @throws RefusedError 412 if it was changed since
   */
  async tagged<Schema extends z.ZodType>(
    what: string,
    schema: Schema,
    path: string,
    change?: { readonly body: unknown; readonly tag: string },
  ): Promise<{ readonly content: z.infer<Schema>; readonly tag: string }> {
    const { content, headers } = await this.#exchange(what, schema, {
      path: this.#pathOf(path),
      body: change?.body,
      method: change === undefined ? 'GET' : 'PUT',
      headers: change === undefined ? {} : { 'if-match': change.tag },
    });
    const tag = headers.get('etag');
    if (tag === null) throw new EndpointError(`${what}: the answer has no ETag. Does a proxy take it away?`);
    return { content, tag };
  }

  /** Calls a route that concerns every program. @param path as in `/v1/model` */
  callSystem<Schema extends z.ZodType>(
    what: string,
    schema: Schema,
    path: string,
    body?: unknown,
  ): Promise<z.infer<Schema>> {
    return this.#request(what, schema, { path, body });
  }

  async #request<Schema extends z.ZodType>(
    what: string,
    schema: Schema,
    request: RouteRequest,
  ): Promise<z.infer<Schema>> {
    return (await this.#exchange(what, schema, request)).content;
  }

  async #exchange<Schema extends z.ZodType>(
    what: string,
    schema: Schema,
    request: RouteRequest,
  ): Promise<{ readonly content: z.infer<Schema>; readonly headers: Headers }> {
    const { path, body, headers } = request;
    const { method = body === undefined ? 'GET' : 'POST' } = request;
    let token = '';
    let tokenFrom = '';
    let renew: Endpoint['renew'];
    const locate = async (): Promise<string> => {
      const endpoint = await this.#find();
      ({ token, tokenFrom, renew } = endpoint);
      return `${endpoint.url.replace(/\/$/, '')}${path}`;
    };
    const attempt = (url: string) =>
      fetch(url, {
        method,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    let response = await persistently(what, locate, attempt);
    if (response.status === 401 && renew !== undefined) {
      // It was taken back before its time, or this machine's clock is off.
      await renew();
      response = await persistently(what, locate, attempt);
    }
    const content: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const problem = problemSchema.safeParse(content);
      const detail = problem.success
        ? `${problem.data.title}: ${problem.data.detail}`
        : `status ${response.status}`;
      const signedIn = response.status === 401 ? ` The token that was sent is that of ${tokenFrom}.` : '';
      throw new RefusedError(`${what} was refused. ${detail}${signedIn}`, response.status);
    }
    const parsed = schema.safeParse(content);
    if (!parsed.success) {
      throw new EndpointError(
        `${what}: ${response.url} does not answer as retclip does. ${z.prettifyError(parsed.error)}`,
      );
    }
    return { content: parsed.data, headers: response.headers };
  }
}
