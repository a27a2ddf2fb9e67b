import { Construct } from 'constructs';
import { EVENT_TYPES } from '../../core/messages/domain-event.ts';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { sendEvents } from '../messaging/send-events.ts';

export interface WebhooksProps {
  readonly home: CloudHome;
}

/** Sends events to programs' webhooks: bus → webhooks queue → function → receivers. */
export class Webhooks extends Construct {
  readonly handler: HomeFunction;

  constructor(scope: Construct, id: string, { home }: WebhooksProps) {
    super(scope, id);
    this.handler = new HomeFunction(this, 'Function', {
      folder: 'webhooks',
      home,
      access: { readObjects: ['programs'], sendTo: ['webhooks'], buryIn: ['webhooks'] },
      timeout: consumerTimeout('webhooks'),
      memoryMegabytes: 256,
    });
    // One message at a time: a receiver that hangs must not use up the time of others.
    consume(this.handler, home.messaging.queues.webhooks.queue, 10, 1);
    sendEvents(this, home.messaging, EVENT_TYPES, 'webhooks');
  }
}
