import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { activeModelSchema, headReferenceSchema } from '../../../core/models/active-model.ts';
import { promoteHeads, promotionSchema, rollBackHeads } from '../../../core/models/promotion.ts';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { HeadError } from '../../../model/errors.ts';
import { refuseForeignHead } from '../../../model/heads/head.ts';
import { readHead } from '../../../model/heads/stored-heads.ts';
import type { ApiEnvironment } from '../caller.ts';
import { ApiError } from '../problem.ts';
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
export function addLiveHeadRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects'>,
  configuration = new Configuration(home.objects),
): void {
  app.openapi(getModel, async (context) => {
    return context.json(await configuration.activeModel(), 200);
  });

  app.openapi(promote, async (context) => {
    const { caller } = context.var;
    const { heads } = context.req.valid('json');
    const { model, embedding } = await configuration.activeModel();
    try {
      for (const reference of heads) {
        const head = await readHead(home.objects, reference, model);
        if (embedding !== undefined) refuseForeignHead(head, embedding, model);
      }
    } catch (error) {
      if (error instanceof HeadError) throw new ApiError(400, error.message);
      throw error;
    }
    return context.json(await promoteHeads(home.objects, heads, model, caller.subject, new Date()), 200);
  });

  app.openapi(rollBack, async (context) => {
    const { caller } = context.var;
    return context.json(await rollBackHeads(home.objects, caller.subject, new Date()), 200);
  });
}
