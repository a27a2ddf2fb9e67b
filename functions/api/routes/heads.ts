import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { HeadError } from '../../../model/errors.ts';
import { parseHead, refuseForeignHead } from '../../../model/heads/head.ts';
import { storeHead } from '../../../model/heads/stored-heads.ts';
import type { ApiEnvironment } from '../caller.ts';
import { headAnswer, headBody } from '../jobs/job-schemas.ts';
import { ApiError } from '../problem.ts';
import { PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

const postHead = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/heads',
  ...scoped('operate'),
  summary: 'Keep a head under its id, for jobs to score with',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: headBody } } },
  },
  responses: {
    200: { description: 'Its name and id', content: { 'application/json': { schema: headAnswer } } },
    ...PROBLEMS,
  },
});

/** Heads that are added to the model's own. */
export function addHeadRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects'>,
  configuration = new Configuration(home.objects),
): void {
  app.openapi(postHead, async (context) => {
    try {
      const head = parseHead(JSON.stringify(context.req.valid('json')), 'the request');
      const { embedding } = await configuration.activeModel();
      if (embedding !== undefined) refuseForeignHead(head, embedding);
      return context.json(await storeHead(home.objects, head), 200);
    } catch (error) {
      if (error instanceof HeadError) throw new ApiError(400, error.message);
      throw error;
    }
  });
}
