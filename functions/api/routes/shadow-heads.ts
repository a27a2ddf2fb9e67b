import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { HeadReference } from '../../../core/activation/active-model.ts';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { OUTCOMES } from '../../../core/exams/outcome.ts';
import { requireFittingHeads } from '../../../core/heads/fitting-heads.ts';
import { readActiveModel } from '../../../core/heads/promotion.ts';
import { startShadow, stopShadow } from '../../../core/heads/shadow-heads.ts';
import { comparedShadows } from '../../../core/jobs/comparison/label-comparison.ts';
import { movedBy } from '../../../core/jobs/reports/job-progress.ts';
import type { Home } from '../../../core/ports/index.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { headsBody, headsChanged } from '../heads-change.ts';
import { ApiError } from '../problem.ts';
import { BODY_PROBLEMS, PROBLEMS } from '../responses.ts';
import { pageQuery, programParameters } from '../schemas.ts';
import { scoped, scopedToAll } from '../scoped.ts';
import { shadowPage } from '../shadow-page.ts';

/** Names of heads in shadow; all of them without a name. */
export const headNames = z
  .object({ names: z.array(z.string().min(1).max(100)).max(20).default([]) })
  .strict();

const start = createRoute({
  method: 'post',
  path: '/v1/model/shadow',
  operationId: 'startShadow',
  tags: ['model'],
  ...scopedToAll('admin'),
  summary: 'Try heads on new exams of every program: they are recorded and decide nothing',
  request: { body: headsBody },
  responses: { 200: headsChanged, ...BODY_PROBLEMS },
});

const stop = createRoute({
  method: 'post',
  path: '/v1/model/shadow/stop',
  operationId: 'stopShadow',
  tags: ['model'],
  ...scopedToAll('admin'),
  summary: 'End the trial of heads: of those named, or of all',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: headNames,
        },
      },
    },
  },
  responses: { 200: headsChanged, ...BODY_PROBLEMS },
});

const compare = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/shadow',
  operationId: 'compareShadow',
  tags: ['model'],
  ...scoped('read'),
  summary: 'How the heads in shadow agree with the live ones, over exams screened since they are tried',
  description: 'Each page tells of its exams: add the pages up. Research use only.',
  request: { params: programParameters, query: pageQuery },
  responses: {
    200: {
      description: 'A part of the comparison',
      content: { 'application/json': { schema: shadowPage } },
    },
    ...PROBLEMS,
  },
});

/** Compares exams on which all the heads were tried. */
function comparison(records: readonly ExamRecord[], heads: readonly HeadReference[]) {
  const tried = records.flatMap(({ result }) => {
    const ids = new Set(result?.shadow?.heads.map(({ id }) => id));
    return result?.shadow !== undefined && heads.every(({ id }) => ids.has(id)) ? [result] : [];
  });
  const moved = tried.flatMap(({ outcome: from, shadow }) =>
    shadow === undefined || shadow.outcome === from ? [] : [{ from, to: shadow.outcome, exams: 1 }],
  );
  return { ...comparedShadows(tried), moved: movedBy([{ moved }]) };
}

/** Heads that are tried on new exams, and how they do. */
export function addShadowHeadRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects' | 'exams'>,
): void {
  app.openapi(start, async (context) => {
    const { caller } = context.var;
    const { heads } = context.req.valid('json');
    const active = await readActiveModel(home.objects);
    await requireFittingHeads(home.objects, heads, active);
    return context.json(
      await startShadow(home.objects, heads, active.model, caller.subject, new Date()),
      200,
    );
  });

  app.openapi(stop, async (context) => {
    const { names } = context.req.valid('json');
    return context.json(await stopShadow(home.objects, names, context.var.caller.subject, new Date()), 200);
  });

  app.openapi(compare, async (context) => {
    const { program } = context.req.valid('param');
    const { limit, cursor } = context.req.valid('query');
    const { shadow } = await readActiveModel(home.objects);
    if (shadow === undefined)
      throw new ApiError(404, 'No head is in shadow. Try one: retclip heads shadow start FILE');
    const { heads, since } = shadow;
    const page = await home.exams.list(program, {
      listings: OUTCOMES,
      order: 'oldest-first',
      ...{ since, limit, cursor },
    });
    return context.json({ heads, since, ...comparison(page.items, heads), cursor: page.cursor }, 200);
  });
}
