import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { reconcile } from '../../../core/reconciliation/reconcile.ts';
import { type ReconciliationScope, StoredRecord } from '../../../core/reconciliation/stored-record.ts';
import type { ReconciledHome } from '../../../core/reconciliation/sweep.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { answerOf, reconciliationAnswer, reconciliationBody } from '../reconciliation-answer.ts';
import { BODY_PROBLEMS, CHANGE_PROBLEMS, PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { scoped, scopedToAll } from '../scoped.ts';
import { requireKnownProgram } from '../unknown-program.ts';

/** How long one request may work: the gateway waits for 29 s, and a step may take some. */
const WORK_MILLISECONDS = 5_000;

const content = { 'application/json': { schema: reconciliationAnswer } };
const body = { required: true, content: { 'application/json': { schema: reconciliationBody } } };
const began = {
  200: { description: 'What was found so far', content },
  ...BODY_PROBLEMS,
  409: CHANGE_PROBLEMS[409],
};
const told = { 200: { description: 'What was found last', content }, ...PROBLEMS };
const GOES_ON = 'One request works for some seconds. While the state is `running`, ask again: it goes on.';

const postProgram = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/reconciliation',
  operationId: 'reconcileProgram',
  tags: ['reconciliation'],
  // A program whose first photographs were lost is known by these alone.
  ...scoped('admin', 'may-be-new'),
  summary: "Compare a program's store with its records, and send again what is lost",
  description: GOES_ON,
  request: { params: programParameters, body },
  responses: began,
});

const getProgram = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/reconciliation',
  operationId: 'getProgramReconciliation',
  tags: ['reconciliation'],
  ...scoped('admin'),
  summary: 'What the last reconciliation of a program has found',
  request: { params: programParameters },
  responses: told,
});

const postAll = createRoute({
  method: 'post',
  path: '/v1/reconciliation',
  operationId: 'reconcile',
  tags: ['reconciliation'],
  ...scopedToAll('admin'),
  summary: 'The same of every program, and of what they share',
  description: GOES_ON,
  request: { body },
  responses: began,
});

const getAll = createRoute({
  method: 'get',
  path: '/v1/reconciliation',
  operationId: 'getReconciliation',
  tags: ['reconciliation'],
  ...scopedToAll('admin'),
  summary: 'What the last reconciliation of everything has found',
  responses: told,
});

/** Reconciling by hand: what the schedule does by itself. */
export function addReconciliationRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: ReconciledHome,
  answersNow: (() => number) | undefined,
): void {
  async function work(scope: ReconciliationScope) {
    const begun = performance.now();
    const { content: before } = await StoredRecord.read(home.objects, scope);
    const record = await reconcile({
      ...scope,
      home,
      stages: 'all',
      mayGoOn: () => performance.now() - begun < WORK_MILLISECONDS,
      answersNow,
    });
    return answerOf(scope, record, before.run !== null);
  }

  async function tell(scope: ReconciliationScope) {
    const { content: record } = await StoredRecord.read(home.objects, scope);
    return answerOf(scope, record);
  }

  app.openapi(postProgram, async (context) => {
    const { program } = context.req.valid('param');
    const answer = await work({ program, isDry: context.req.valid('json').dryRun });
    const { services, caller } = context.var;
    const isEmpty = answer.state === 'finished' && answer.stages.every(({ looked }) => looked === 0);
    if (isEmpty) await requireKnownProgram(services.programs, program, caller);
    return context.json(answer, 200);
  });

  app.openapi(getProgram, async (context) => {
    const { program } = context.req.valid('param');
    return context.json(await tell({ program, isDry: false }), 200);
  });

  app.openapi(postAll, async (context) => {
    return context.json(await work({ program: null, isDry: context.req.valid('json').dryRun }), 200);
  });

  app.openapi(getAll, async (context) => {
    return context.json(await tell({ program: null, isDry: false }), 200);
  });
}
