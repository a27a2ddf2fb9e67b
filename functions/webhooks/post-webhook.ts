import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { CoreError } from '../../core/errors.ts';
import type { DomainEvent } from '../../core/ports/index.ts';
import { webhookBody, webhookId } from '../../core/webhooks/webhook-delivery.ts';
import type { WebhookEndpoint } from '../../core/webhooks/webhook-endpoints.ts';
import { checkWebhookUrl, publicLookup } from './address-guard.ts';

const TIMEOUT_MILLISECONDS = 15_000;

/** The receiver did not take it. */
export class DeliveryError extends CoreError {
  /** The receiver says that it wants no more of it. */
  readonly isGone: boolean;

  constructor(message: string, isGone = false) {
    super(message);
    this.isGone = isGone;
  }
}

export interface PostOptions {
  /** For receivers on this machine: any address, http as well. */
  readonly allowPrivate: boolean;
  readonly now: Date;
}

/**
 * Sends one event to one endpoint, signed by HMAC-SHA256 over id, time and body. Redirects are not followed.
 *
 * @throws DeliveryError if the receiver cannot be reached or does not answer with 2xx
 * @throws ForbiddenAddressError if it must not be called
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function postWebhook(
  endpoint: WebhookEndpoint,
  event: DomainEvent,
  { allowPrivate, now }: PostOptions,
): Promise<void> {
  const url = allowPrivate ? new URL(endpoint.url) : checkWebhookUrl(endpoint.url);
  const body = webhookBody(event);
  const id = webhookId(event);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'retclip-screening',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(endpoint.secret).sign(id, now, body),
  };
  const status = await send(url, headers, body, allowPrivate);
  if (status >= 200 && status < 300) return;
  throw new DeliveryError(`${url.host} answered with status ${status}.`, status === 410);
}

function send(
  url: URL,
  headers: Readonly<Record<string, string | number>>,
  body: string,
  allowPrivate: boolean,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
    url,
    {
      method: 'POST',
      headers,
      agent: false,
      // One time for all of it: name, connection and answer.
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      ...(allowPrivate ? {} : { lookup: publicLookup }),
    },
    (response) => {
      // Whatever it says is of no interest, however long it is.
      response.destroy();
      resolve(response.statusCode ?? 0);
    },
  );
  request.once('error', (error) => {
    reject(
      error instanceof CoreError
        ? error
        : new DeliveryError(`${url.host} cannot be reached: ${error.message}`),
    );
  });
  request.end(body);
  return promise;
}
