import { OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import { type ApiEnvironment, type Authenticate, authentication } from './caller.ts';
import { ApiError, problem, problemOf } from './problem.ts';
import { addDeadLetterRoutes } from './routes/dead-letters.ts';
import { addExamRoutes } from './routes/exams.ts';
import { addHeadRoutes } from './routes/heads.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addResultRoutes } from './routes/results.ts';
import { addSettingsRoutes } from './routes/settings.ts';
import { addSummaryRoutes } from './routes/summary.ts';
import { addUploadRoutes } from './routes/uploads.ts';

const LARGEST_BODY_BYTES = 1024 * 1024;

export interface ApiOptions {
  readonly home: Pick<Home, 'objects' | 'exams' | 'queues'>;
  readonly authenticate: Authenticate;
  readonly log: Log;
}

/** What the API document says of itself. */
const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'retclip-screening',
    version: '1',
    description: 'Retinal screening with RET-CLIP. Research use only: no finding is a diagnosis.',
  },
  security: [{ bearer: [] }],
};

/**
 * The API: the same app on Lambda and on one machine.
 *
 * @example
 * const app = createApi({ home, authenticate: tokenCaller(token), log });
 * const response = await app.request('/v1/programs/north/summary', { headers: { authorization: `Bearer ${token}` } });
 */
export function createApi(options: ApiOptions): OpenAPIHono<ApiEnvironment> {
  const { home, authenticate, log } = options;
  const app = new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result, context) =>
      result.success ? undefined : problem(context, 400, z.prettifyError(result.error)),
  });

  app.onError((error, context) => {
    const response = problemOf(context, error);
    if (response.status >= 500)
      log.error('A request failed', { reason: error.message, route: context.req.method });
    return response;
  });
  app.notFound((context) => problem(context, 404, `There is no ${context.req.method} ${context.req.path}.`));

  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', DOCUMENT);

  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: LARGEST_BODY_BYTES,
      onError: () => {
        throw new ApiError(
          413,
          `A request may have at most ${LARGEST_BODY_BYTES} bytes. Send fewer items at once.`,
        );
      },
    }),
    authentication(authenticate),
  );
  addExamRoutes(app, home);
  addResultRoutes(app, home);
  addSummaryRoutes(app, home);
  addUploadRoutes(app, home);
  addSettingsRoutes(app, home);
  addDeadLetterRoutes(app, home);
  addHeadRoutes(app, home);
  addJobRoutes(app, home);
  return app;
}
