import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { requireExams } from '../../../core/jobs/planning/create-job.ts';
import {
  createSchedule,
  deleteSchedule,
  type JobSchedule,
  listSchedules,
  readSchedule,
} from '../../../core/jobs/schedules/job-schedule.ts';
import { nextRun } from '../../../core/jobs/schedules/schedule-expression.ts';
import type { Home } from '../../../core/ports/index.ts';
import type { KnownLabels } from '../../../core/summary/known-labels.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { scheduleAnswer, scheduleBody, scheduleParameters, schedulesPage } from '../job-schemas.ts';
import { ApiError } from '../problem.ts';
import { BODY_PROBLEMS, PROBLEMS } from '../responses.ts';
import { pageQuery, programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

const path = '/v1/programs/{program}/job-schedules';
const answer = {
  description: 'The schedule',
  content: { 'application/json': { schema: scheduleAnswer } },
};

const postSchedule = createRoute({
  method: 'post',
  path,
  operationId: 'createJobSchedule',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'Have a job created again and again, or once at a time to come',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: scheduleBody } } },
  },
  responses: { 201: answer, ...BODY_PROBLEMS },
});

const getSchedules = createRoute({
  method: 'get',
  path,
  operationId: 'listJobSchedules',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'Schedules of jobs',
  request: { params: programParameters, query: pageQuery },
  responses: {
    200: { description: 'A page of schedules', content: { 'application/json': { schema: schedulesPage } } },
    ...PROBLEMS,
  },
});

const removeSchedule = createRoute({
  method: 'delete',
  path: `${path}/{schedule}`,
  operationId: 'deleteJobSchedule',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'End a schedule; the jobs that it created stay',
  request: { params: scheduleParameters },
  responses: { 200: answer, ...BODY_PROBLEMS },
});

function answerOf(schedule: JobSchedule): z.infer<typeof scheduleAnswer> {
  const { expression, timeZone, createdAt, state } = schedule;
  const next = state === 'deleted' ? null : nextRun(expression, timeZone, new Date(), new Date(createdAt));
  return { ...schedule, nextRun: next?.toISOString() ?? null };
}

/** Schedules of jobs: kept in the store, made due by EventBridge Scheduler or by the host on one machine. */
export function addJobScheduleRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects' | 'exams'>,
  labels: KnownLabels,
): void {
  app.openapi(postSchedule, async (context) => {
    const { program } = context.req.valid('param');
    const { caller } = context.var;
    await requireExams(home, program);
    const { expression, timeZone, job } = context.req.valid('json');
    if (job.selection.label !== undefined) await labels.require(program, job.selection.label.name);
    const order = { program, expression, timeZone, request: job, createdBy: caller.subject };
    const schedule = await createSchedule(home.objects, order, new Date());
    return context.json(answerOf(schedule), 201);
  });

  app.openapi(getSchedules, async (context) => {
    const { program } = context.req.valid('param');
    const { items, cursor } = await listSchedules(home.objects, program, context.req.valid('query'));
    return context.json({ items: items.map(answerOf), cursor }, 200);
  });

  app.openapi(removeSchedule, async (context) => {
    const { program, schedule } = context.req.valid('param');
    const known = await readSchedule(home.objects, program, schedule);
    if (known === undefined) throw new ApiError(404, `Program "${program}" has no schedule "${schedule}".`);
    return context.json(answerOf(await deleteSchedule(home.objects, known)), 200);
  });
}
