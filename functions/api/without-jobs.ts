import type { MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from './api-environment.ts';
import { ApiError } from './problem.ts';

/** Where jobs and their schedules are made. What there was of them before can still be read and ended. */
export const JOB_MAKING_PATHS = [
  '/v1/programs/:program/jobs',
  '/v1/programs/:program/jobs/manifests',
  '/v1/programs/:program/job-schedules',
] as const;

/** Refuses new jobs and schedules where nothing could work on them: they would wait for ever. */
export const withoutJobs: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  if (context.req.method === 'POST') {
    throw new ApiError(
      422,
      'Jobs cannot be made: this deployment has nothing that works on them. Deploy it with -c gpuService=on, then send this again.',
    );
  }
  await next();
};
