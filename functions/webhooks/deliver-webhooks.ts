import { InvalidInputError } from '../../core/errors.ts';
import { programOfEvent } from '../../core/messages/domain-event.ts';
import { readQueueMessage, UnexpectedMessageError } from '../../core/messages/queue-message.ts';
import type { WebhookDelivery } from '../../core/messages/webhook-delivery.ts';
import type { DomainEvent, Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { DELIVERY_ATTEMPTS, pauseAfter } from '../../core/webhooks/webhook-delivery.ts';
import { consumeQueue, type QueueFunction } from '../consume-queue.ts';
import { DeliveryError, postWebhook } from './post-webhook.ts';

export interface DeliverWebhooksOptions {
  readonly home: Pick<Home, 'queues'>;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly counters: Counters;
  readonly now?: () => Date;
  /** For receivers on this machine: any address, http as well. */
  readonly allowPrivate?: boolean;
}

/** An endpoint has not taken an event in all attempts. */
class UndeliverableError extends InvalidInputError {}

/**
 * Sends events to the program's webhooks.
 *
 * ```
 * event ──▶ a delivery for each endpoint that wants it ──▶ POST ── 2xx ──▶ done
 *                           ▲                                └─ else ──▶ the delivery again, later and later
 *                           └───────────────────────────────────────────┘   … the last time: dead letters
 * ```
 *
 * Each endpoint has deliveries of its own: one that is down holds up no other. A delivery may come twice; its
 * `webhook-id` tells.
 */
export function createDeliverWebhooks(options: DeliverWebhooksOptions): QueueFunction {
  const { home, configuration, log, counters, allowPrivate = false } = options;
  const now = options.now ?? (() => new Date());
  const { queue, deadLetters } = home.queues.webhooks;

  async function enqueue(delivery: WebhookDelivery, delaySeconds: number): Promise<void> {
    const group = programOfEvent(delivery.event);
    await queue.send([{ body: JSON.stringify(delivery), delaySeconds, group }]);
  }

  async function fanOut(event: DomainEvent): Promise<void> {
    const endpoints = await configuration.webhooks(programOfEvent(event));
    const wanted = endpoints.filter(
      ({ events, createdAt }) => events.includes(event.type) && createdAt <= event.at,
    );
    for (const { id } of wanted) {
      await enqueue({ schema: 'webhook-delivery/1', endpoint: id, event, attempt: 1 }, 0);
    }
  }

  async function failed(delivery: WebhookDelivery, error: DeliveryError): Promise<void> {
    counters.add('WebhookFailed', 1);
    const { attempt } = delivery;
    if (error.isGone || attempt >= DELIVERY_ATTEMPTS) {
      throw new UndeliverableError(`A webhook was not taken in ${attempt} attempts: ${error.message}`);
    }
    const delaySeconds = pauseAfter(attempt);
    log.warn('A webhook was not taken and is sent again', { attempt, delaySeconds, reason: error.message });
    await enqueue({ ...delivery, attempt: attempt + 1 }, delaySeconds);
  }

  async function deliver(delivery: WebhookDelivery): Promise<void> {
    const endpoints = await configuration.webhooks(programOfEvent(delivery.event));
    const endpoint = endpoints.find(({ id }) => id === delivery.endpoint);
    // The webhook was removed in between.
    if (endpoint === undefined) return;
    try {
      await postWebhook(endpoint, delivery.event, { allowPrivate, now: now() });
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      await failed(delivery, error);
      return;
    }
    counters.add('WebhookDelivered', 1);
  }

  async function handle(body: string): Promise<void> {
    const message = readQueueMessage(body);
    switch (message.schema) {
      case 'domain-event':
        return fanOut(message.event);
      case 'webhook-delivery/1':
        return deliver(message);
      default:
        throw new UnexpectedMessageError('the webhooks', message.schema);
    }
  }

  return consumeQueue({ source: 'webhooks', deadLetters, log, counters, handle });
}
