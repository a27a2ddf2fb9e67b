import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { activeModelSchema } from '../../../core/activation/active-model.ts';
import { requireAssessing, requireFittingHeads } from '../../../core/heads/fitting-heads.ts';
import { promoteHeads, readActiveModel, rollBackHeads } from '../../../core/heads/promotion.ts';
import type { Home } from '../../../core/ports/index.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { headsChanged, promotionBody } from '../heads-change.ts';
import { BODY_PROBLEMS, PROBLEMS } from '../responses.ts';
import { scopedToAll } from '../scoped.ts';

const getModel = createRoute({
  method: 'get',
  path: '/v1/model',
  operationId: 'getActiveModel',
  tags: ['model'],
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
  operationId: 'promoteHeads',
  tags: ['model'],
  ...scopedToAll('admin'),
  summary: 'Make heads live: new exams of every program are screened with them',
  request: { body: promotionBody },
  responses: { 200: headsChanged, ...BODY_PROBLEMS },
});

const rollBack = createRoute({
  method: 'post',
  path: '/v1/model/rollback',
  operationId: 'rollBackHeads',
  tags: ['model'],
  ...scopedToAll('admin'),
  summary: 'Take the latest promotion back',
  responses: { 200: headsChanged, ...BODY_PROBLEMS },
});

const REMEDY =
  'Promote them together with a head of diseases. If features alone are meant: "featuresOnly": true';

/** The active model, its promotion and roll-back. */
export function addLiveHeadRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'objects'>): void {
  app.openapi(getModel, async (context) => {
    return context.json(await readActiveModel(home.objects), 200);
  });

  app.openapi(promote, async (context) => {
    const { caller } = context.var;
    const { heads, featuresOnly } = context.req.valid('json');
    const active = await readActiveModel(home.objects);
    await requireFittingHeads(home.objects, heads, active);
    const undecided = await requireAssessing(home.objects, heads, active, {
      featuresOnly,
      remedy: REMEDY,
    });
    const promotion = await promoteHeads(
      home.objects,
      heads,
      { model: active.model, featuresOnly: undecided },
      caller.subject,
      new Date(),
    );
    return context.json(promotion, 200);
  });

  app.openapi(rollBack, async (context) => {
    const { caller } = context.var;
    return context.json(await rollBackHeads(home.objects, caller.subject, new Date()), 200);
  });
}
