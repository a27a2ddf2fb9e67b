import { queueHandler } from '../queue-handler.ts';
import { createDeliverWebhooks } from './deliver-webhooks.ts';

/** Lambda entry of webhooks: called with events and with deliveries made of them. */
export const handler = queueHandler(createDeliverWebhooks);
