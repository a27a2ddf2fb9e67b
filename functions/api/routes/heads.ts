import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { HeadError, parseHead, refuseForeignHead } from '../../../core/heads/head.ts';
import { refuseUnofferedPrecision } from '../../../core/heads/precision-binding.ts';
import { storeHead } from '../../../core/heads/stored-heads.ts';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { headAnswer, headBody } from '../job-schemas.ts';
import { ApiError } from '../problem.ts';
import { BODY_PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { scoped, scopedToAll } from '../scoped.ts';

const postHead = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/heads',
  operationId: 'storeProgramHead',
  tags: ['model'],
  ...scoped('operate'),
  summary: 'Keep a head under its id, for jobs to score with',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: headBody } } },
  },
  responses: {
    200: { description: 'Its name and id', content: { 'application/json': { schema: headAnswer } } },
    ...BODY_PROBLEMS,
  },
});

const postSystemHead = createRoute({
  method: 'post',
  path: '/v1/model/heads',
  operationId: 'storeHead',
  tags: ['model'],
  ...scopedToAll('operate'),
  summary: 'The same, for callers of every program',
  request: { body: { required: true, content: { 'application/json': { schema: headBody } } } },
  responses: {
    200: { description: 'Its name and id', content: { 'application/json': { schema: headAnswer } } },
    ...BODY_PROBLEMS,
  },
});

/** Heads that are added to the model's own. */
export function addHeadRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects'>,
  configuration = new Configuration(home.objects),
): void {
  async function keep(content: unknown) {
    try {
      const head = parseHead(JSON.stringify(content), 'the request');
      const { model, embedding, precisions } = await configuration.activeModel();
      if (embedding !== undefined) refuseForeignHead(head, embedding, model);
      refuseUnofferedPrecision(head, precisions);
      return await storeHead(home.objects, head);
    } catch (error) {
      if (error instanceof HeadError) throw new ApiError(400, error.message);
      throw error;
    }
  }

  app.openapi(postHead, async (context) => {
    return context.json(await keep(context.req.valid('json')), 200);
  });

  app.openapi(postSystemHead, async (context) => {
    return context.json(await keep(context.req.valid('json')), 200);
  });
}
