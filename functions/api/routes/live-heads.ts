import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { activeModelSchema, headReferenceSchema } from '../../../core/models/active-model.ts';
import {
  promoteHeads,
  promotionSchema,
  readActiveModel,
  rollBackHeads,
} from '../../../core/models/promotion.ts';
import type { Home } from '../../../core/ports/index.ts';
import type { ApiEnvironment } from '../caller.ts';
import { requireFittingHeads } from '../jobs/fitting-heads.ts';
import { PROBLEMS } from '../responses.ts';
import { scopedToAll } from '../scoped.ts';

const promotion = {
  description: 'What was active, and what is now',
  content: { 'application/json': { schema: promotionSchema } },
};

const getModel = createRoute({
  method: 'get',
  path: '/v1/model',
  ...scopedToAll('read'),
  summary: 'The model and heads that new exams are screened with',
  responses: {
    200: { description: 'What is active', content: { 'application/json': { schema: activeModelSchema } } },
    ...PROBLEMS,
  },
});

const promote = createRoute({
  method: 'post',
  path: '/v1/model/promote',
  ...scopedToAll('admin'),
  summary: 'Make heads live: new exams of every program are screened with them',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({ heads: z.array(headReferenceSchema).min(1).max(20) }).strict(),
        },
      },
    },
  },
  responses: { 200: promotion, ...PROBLEMS },
});

const rollBack = createRoute({
  method: 'post',
  path: '/v1/model/rollback',
  ...scopedToAll('admin'),
  summary: 'Take the latest promotion back',
  responses: { 200: promotion, ...PROBLEMS },
});

/** The active model, its promotion and roll-back. */
export function addLiveHeadRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'objects'>): void {
  app.openapi(getModel, async (context) => {
    return context.json(await readActiveModel(home.objects), 200);
  });

  app.openapi(promote, async (context) => {
    const { caller } = context.var;
    const { heads } = context.req.valid('json');
    const active = await readActiveModel(home.objects);
    await requireFittingHeads(home.objects, heads, active);
    return context.json(
      await promoteHeads(home.objects, heads, active.model, caller.subject, new Date()),
      200,
    );
  });

  app.openapi(rollBack, async (context) => {
    const { caller } = context.var;
    return context.json(await rollBackHeads(home.objects, caller.subject, new Date()), 200);
  });
}
