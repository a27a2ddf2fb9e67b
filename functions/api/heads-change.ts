import { z } from '@hono/zod-openapi';
import { headReferenceSchema } from '../../core/models/active-model.ts';
import { promotionSchema } from '../../core/models/promotion.ts';

/** Body of a request that names heads of the store. */
export const headsBody = {
  required: true,
  content: {
    'application/json': { schema: z.object({ heads: z.array(headReferenceSchema).min(1).max(20) }).strict() },
  },
};

/** Answer to a request that changed which heads are live or tried. */
export const headsChanged = {
  description: 'What was active, and what is now',
  content: { 'application/json': { schema: promotionSchema } },
};
