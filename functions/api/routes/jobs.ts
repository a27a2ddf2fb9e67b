import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { JOB_MANIFESTS_PREFIX } from '../../../core/jobs/job-keys.ts';
import type { JobKey } from '../../../core/jobs/job-record.ts';
import { cancelJob, listJobs, readJob } from '../../../core/jobs/job-store.ts';
import { createJob } from '../../../core/jobs/planning/create-job.ts';
import { ReceiptReader } from '../../../core/jobs/receipts.ts';
import { viewJob } from '../../../core/jobs/reports/job-view.ts';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import type { KnownLabels } from '../../../core/summary/known-labels.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { jobAnswer, jobBody, jobParameters, jobsPage, manifestAnswer, manifestBody } from '../job-schemas.ts';
import { ApiError } from '../problem.ts';
import { BODY_PROBLEMS, PROBLEMS } from '../responses.ts';
import { pageQuery, programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

const EXPIRES_IN_SECONDS = 3_600;
const path = '/v1/programs/{program}/jobs';
const answer = { description: 'The job', content: { 'application/json': { schema: jobAnswer } } };

const postJob = createRoute({
  method: 'post',
  path,
  operationId: 'createJob',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'Screen or re-score a selection of exams, beginning now',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: jobBody } } },
  },
  responses: { 201: answer, ...BODY_PROBLEMS },
});

const getJobs = createRoute({
  method: 'get',
  path,
  operationId: 'listJobs',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'Jobs in the order of their creation, with their progress',
  request: { params: programParameters, query: pageQuery },
  responses: {
    200: { description: 'A page of jobs', content: { 'application/json': { schema: jobsPage } } },
    ...PROBLEMS,
  },
});

const getJob = createRoute({
  method: 'get',
  path: `${path}/{job}`,
  operationId: 'getJob',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'One job: what was asked for, how far it is, and its report at the end',
  request: { params: jobParameters },
  responses: { 200: answer, ...PROBLEMS },
});

const postCancel = createRoute({
  method: 'post',
  path: `${path}/{job}/cancel`,
  operationId: 'cancelJob',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'End a job: no further shard is begun, results on their way are still written',
  request: { params: jobParameters },
  responses: { 200: answer, ...BODY_PROBLEMS },
});

const postManifest = createRoute({
  method: 'post',
  path: `${path}/manifests`,
  operationId: 'createJobManifest',
  tags: ['jobs'],
  ...scoped('operate'),
  summary: 'Permission to upload a selection: JSONL, {"patient": "…", "exam": "…"} a line',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: manifestBody } } },
  },
  responses: {
    200: { description: 'Where to upload', content: { 'application/json': { schema: manifestAnswer } } },
    ...BODY_PROBLEMS,
  },
});

/** Jobs. */
export function addJobRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects' | 'exams'>,
  labels: KnownLabels,
  configuration = new Configuration(home.objects),
): void {
  const reader = new ReceiptReader(home.objects);

  async function found(key: JobKey) {
    const job = await readJob(home.objects, key);
    if (job === undefined) throw new ApiError(404, `Program "${key.program}" has no job "${key.job}".`);
    return job;
  }

  app.openapi(postJob, async (context) => {
    const { program } = context.req.valid('param');
    const { caller } = context.var;
    const body = context.req.valid('json');
    if (body.selection.label !== undefined) await labels.require(program, body.selection.label.name);
    const job = await createJob(home, configuration, { program, request: body, by: caller.subject });
    return context.json(await viewJob(home.objects, job, reader), 201);
  });

  app.openapi(getJobs, async (context) => {
    const { program } = context.req.valid('param');
    const { items, cursor } = await listJobs(home.objects, program, context.req.valid('query'));
    const jobs = await Promise.all(items.map(async (key) => viewJob(home.objects, await found(key), reader)));
    return context.json({ items: jobs, cursor }, 200);
  });

  app.openapi(getJob, async (context) => {
    const key = context.req.valid('param');
    return context.json(await viewJob(home.objects, await found(key), reader), 200);
  });

  app.openapi(postCancel, async (context) => {
    const key = context.req.valid('param');
    const { caller } = context.var;
    const job = await found(key);
    await cancelJob(home.objects, key, caller.subject, new Date());
    return context.json(await viewJob(home.objects, job, reader), 200);
  });

  app.openapi(postManifest, async (context) => {
    const { program } = context.req.valid('param');
    const { sha256, bytes } = context.req.valid('json');
    const key = `${JOB_MANIFESTS_PREFIX}${program}/${sha256}.jsonl`;
    const upload = await home.objects.presignUpload(key, {
      sha256,
      bytes,
      contentType: 'application/jsonl',
      metadata: {},
      expiresInSeconds: EXPIRES_IN_SECONDS,
    });
    return context.json({ key, ...upload }, 200);
  });
}
