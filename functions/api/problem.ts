import type { Context } from 'hono';
import { InvalidInputError } from '../../core/errors.ts';

/** Statuses that the API answers errors with. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 500 | 503;

const TITLES: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request is not valid',
  401: 'A valid token is needed',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  500: 'The system failed',
  503: 'Not ready',
};

/** An error answer with its status and what the caller can do. */
export class ApiError extends Error {
  readonly status: ProblemStatus;

  constructor(status: ProblemStatus, detail: string) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** Answers with a problem document. @see RFC 9457, Problem Details for HTTP APIs */
export function problem(context: Context, status: ProblemStatus, detail: string): Response {
  const body = { type: 'about:blank', title: TITLES[status], status, detail, instance: context.req.path };
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

/** What to answer when a handler threw. Unknown errors tell the caller nothing of the system's inside. */
export function problemOf(context: Context, error: Error): Response {
  if (error instanceof ApiError) return problem(context, error.status, error.message);
  if (error instanceof InvalidInputError) return problem(context, 400, error.message);
  return problem(context, 500, 'The request failed inside the system. It is logged; try again later.');
}
