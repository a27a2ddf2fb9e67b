import { z } from '@hono/zod-openapi';
import { headReferenceSchema } from '../../core/activation/active-model.ts';
import { promotionSchema } from '../../core/heads/promotion.ts';

/** Heads of the store. */
export const headsRequest = z.object({ heads: z.array(headReferenceSchema).min(1).max(20) }).strict();

/** Heads of the store that are to be live. */
export const promotionRequest = headsRequest.extend({
  /** Promote though the live heads would look for disease in no eye, or in one only: nothing would be assessed. */
  featuresOnly: z.boolean().default(false),
});

/** Body of a request that makes heads live. */
export const promotionBody = {
  required: true,
  content: { 'application/json': { schema: promotionRequest } },
};

/** Body of a request that names heads of the store. */
export const headsBody = { required: true, content: { 'application/json': { schema: headsRequest } } };

/** Answer to a request that changed which heads are live or tried. */
export const headsChanged = {
  description: 'What was active, and what is now',
  content: { 'application/json': { schema: promotionSchema } },
};
