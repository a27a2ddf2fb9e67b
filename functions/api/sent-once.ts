import { createHash } from 'node:crypto';
import type { Context, Next } from 'hono';
import { z } from 'zod';
import { ObjectChangedError, ObjectExistsError, ObjectNotFoundError } from '../../core/errors.ts';
import { ANSWERS_REMEMBERED_MILLISECONDS, REQUESTS_PREFIX } from '../../core/keys/requests-prefix.ts';
import type { ObjectStore, WrittenObject } from '../../core/ports/index.ts';
import { ApiError } from './problem.ts';

/** A request that has not been answered for so long was cut short: it may be taken up again. */
const ABANDONED_MILLISECONDS = 60_000;
const KEY_FORM = /^[\x21-\x7e]{1,200}$/;

export const rememberedSchema = z.object({
  /** SHA-256 of method, address and body. */
  request: z.string(),
  /** Milliseconds by the clock that `SentOnce` was given. */
  at: z.number(),
  /** `null` while it is being answered. */
  answer: z.object({ status: z.number(), contentType: z.string(), body: z.string() }).nullable(),
});
export type Remembered = z.infer<typeof rememberedSchema>;

/** How old what is remembered is. What seems to come from the future is as old as it is ahead: a clock was set. */
export function ageOf({ at }: Remembered, now: number): number {
  return Math.abs(now - at);
}

/** Who sent a request for which program, and its Idempotency-Key. */
export interface KeyedRequest {
  /** Subject of the caller. */
  readonly caller: string;
  readonly program: string;
  readonly key: string;
}

type Claimed = { readonly answer: NonNullable<Remembered['answer']> } | { readonly claim: WrittenObject };

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

/**
 * Remembers the answers to requests with an Idempotency-Key, by caller and program.
 *
 * ```
 * POST key K ──▶ claim (written only if absent) ──▶ handled ──▶ answer remembered
 * POST key K again ──▶ the same answer, with Idempotency-Replayed
 * POST key K, other body ──▶ 422        POST key K meanwhile ──▶ 409        POST key K a day later ──▶ a new request
 * POST key K ──▶ claim ──▶ 5xx or 429 ──▶ the claim goes for good: POST key K again is a new request
 * ```
 *
 * @see draft-ietf-httpapi-idempotency-key-header
 */
export class SentOnce {
  readonly #store: ObjectStore;
  readonly #clock: () => number;

  /** @param clock milliseconds; on one machine by the folder's clock, which is never set */
  constructor(store: ObjectStore, clock: () => number = Date.now) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Answers a request from memory, or lets it be handled and remembers the answer. */
  async answer(context: Context, sent: KeyedRequest, next: Next): Promise<Response | undefined> {
    const { caller, program, key } = sent;
    if (!KEY_FORM.test(key)) {
      throw new ApiError(400, 'Expected an Idempotency-Key of 1 to 200 printable ASCII characters.');
    }
    const { method, path } = context.req;
    const request = digest(method, path, await context.req.text());
    const object = `${REQUESTS_PREFIX}${program}/${digest(caller, key)}.json`;
    const claimed = await this.#claim(object, request);
    if ('answer' in claimed) {
      const { status, contentType, body } = claimed.answer;
      return new Response(body, {
        status,
        headers: { 'content-type': contentType, 'idempotency-replayed': 'true' },
      });
    }
    try {
      await next();
    } catch (error) {
      await this.#release(claimed.claim);
      throw error;
    }
    await this.#remember(claimed.claim, request, context.res.clone());
    return undefined;
  }

  /** @returns the answer if there is one, or the claim by which the request is ours to be handled */
  async #claim(object: string, request: string): Promise<Claimed> {
    const content: Remembered = { request, at: this.#clock(), answer: null };
    try {
      return { claim: await this.#put(object, content, { ifAbsent: true }) };
    } catch (error) {
      if (!(error instanceof ObjectExistsError)) throw error;
    }
    const known = await this.#known(object);
    if (known === undefined) throw this.#busy();
    const age = ageOf(known.value, this.#clock());
    if (age < ANSWERS_REMEMBERED_MILLISECONDS) {
      if (known.value.request !== request) {
        throw new ApiError(422, 'This Idempotency-Key was sent with another request. Use a new one.');
      }
      if (known.value.answer !== null) return { answer: known.value.answer };
      if (age < ABANDONED_MILLISECONDS) throw this.#busy();
    }
    try {
      const condition = known.versionId === null ? {} : { ifLatest: known.versionId };
      return { claim: await this.#put(object, content, condition) };
    } catch (error) {
      if (error instanceof ObjectChangedError) throw this.#busy();
      throw error;
    }
  }

  async #known(object: string) {
    try {
      const stored = await this.#store.get(object);
      const content: unknown = JSON.parse(Buffer.from(stored.content).toString());
      return { value: rememberedSchema.parse(content), versionId: stored.object.versionId };
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }

  /** What failed inside the system, or was refused for its rate or its token, may be sent again under its key. */
  async #remember(claim: WrittenObject, request: string, response: Response): Promise<void> {
    const { status } = response;
    if (status >= 500 || status === 429) return this.#release(claim);
    const contentType = response.headers.get('content-type') ?? 'application/json';
    const answer = { status, contentType, body: await response.text() };
    await this.#put(claim.key, { request, at: this.#clock(), answer });
  }

  /** For good: a delete marker over it would be kept for ever, and what lies under it as well. */
  async #release({ key, versionId }: WrittenObject): Promise<void> {
    await (versionId === null ? this.#store.delete(key) : this.#store.deleteVersion(key, versionId));
  }

  #put(object: string, content: Remembered, condition: { ifAbsent?: boolean; ifLatest?: string } = {}) {
    return this.#store.put(object, Buffer.from(JSON.stringify(content)), {
      contentType: 'application/json',
      ...condition,
    });
  }

  #busy(): ApiError {
    return new ApiError(
      409,
      'A request with this Idempotency-Key is being answered. Try again in a moment.',
      {
        'retry-after': '1',
      },
    );
  }
}
