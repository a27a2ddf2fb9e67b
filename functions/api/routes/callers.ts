import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnvironment } from '../api-environment.ts';
import { EVERY_PROGRAM, SCOPES } from '../caller.ts';
import { PROBLEMS } from '../responses.ts';
import { aboutEveryProgram } from '../scoped.ts';

/** Who calls, as the token or the session says. */
export const callerAnswer = z.object({
  /** The name that verdicts carry. */
  name: z.string(),
  /** `["*"]`: every program. */
  programs: z.array(z.string()),
  scopes: z.array(z.enum(SCOPES)),
});

const getCaller = createRoute({
  method: 'get',
  path: '/v1/caller',
  operationId: 'getCaller',
  tags: ['programs'],
  security: [{ bearer: [] }],
  middleware: [aboutEveryProgram],
  summary: 'Who you are, and what you may do',
  responses: {
    200: { description: 'The caller', content: { 'application/json': { schema: callerAnswer } } },
    ...PROBLEMS,
  },
});

/** Tells callers who they are. */
export function addCallerRoutes(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(getCaller, (context) => {
    const { subject, programs, scopes } = context.var.caller;
    const named = programs === '*' ? [EVERY_PROGRAM] : programs.toSorted();
    return context.json({ name: subject, programs: named, scopes: [...scopes] }, 200);
  });
}
