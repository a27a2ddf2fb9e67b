import { z } from 'zod';
import { domainEventSchema } from './domain-event.ts';

/** One event on its way to one endpoint. */
export const webhookDeliverySchema = z.object({
  schema: z.literal('webhook-delivery/1'),
  endpoint: z.string().min(1),
  event: domainEventSchema,
  /** 1 for the first. */
  attempt: z.number().int().positive(),
});
export type WebhookDelivery = Readonly<z.infer<typeof webhookDeliverySchema>>;
