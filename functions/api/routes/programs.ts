import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Home } from '../../../core/ports/index.ts';
import { listPrograms } from '../../../core/programs/program-register.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { PROBLEMS } from '../responses.ts';
import { pageQuery } from '../schemas.ts';
import { aboutEveryProgram } from '../scoped.ts';

export const programsPage = z.object({ items: z.array(z.string()), cursor: z.string().optional() });

const getPrograms = createRoute({
  method: 'get',
  path: '/v1/programs',
  operationId: 'listPrograms',
  tags: ['programs'],
  security: [{ bearer: [] }],
  middleware: [aboutEveryProgram],
  summary: 'The programs that your token is for',
  request: { query: pageQuery },
  responses: {
    200: { description: 'A page of programs', content: { 'application/json': { schema: programsPage } } },
    ...PROBLEMS,
  },
});

/** Programs. A token for some programs names them itself; one for all is told which there are. */
export function addProgramRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'objects'>): void {
  app.openapi(getPrograms, async (context) => {
    const { programs } = context.var.caller;
    if (programs !== '*') return context.json({ items: programs.toSorted() }, 200);
    const { items, cursor } = await listPrograms(home.objects, context.req.valid('query'));
    return context.json({ items: [...items], cursor }, 200);
  });
}
