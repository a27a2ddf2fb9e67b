import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import {
  InvalidInputError,
  ObjectChangedError,
  ObjectExistsError,
  ReviewRefusedError,
  RevisionConflictError,
  UnknownNameError,
} from '../../core/errors.ts';
import { UndecidedError } from '../../core/heads/deciding-heads.ts';
import { UnfitHeadError } from '../../core/heads/fitting-heads.ts';
import { ImageUnknownError, PlaceTakenError } from '../../core/identity/move-image.ts';
import { JobRefusedError } from '../../core/jobs/planning/create-job.ts';
import { isHomeFault } from '../../core/ports/home-fault.ts';
import { ReconciliationBusyError } from '../../core/reconciliation/stored-record.ts';
import { CountUnfinishedError } from '../../core/summary/counted-exams.ts';

/** Statuses that the API answers errors with. */
export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 408
  | 409
  | 412
  | 413
  | 415
  | 422
  | 429
  | 500
  | 503
  | 507;

const TITLES: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request is not valid',
  401: 'A valid token is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Cannot be done',
  429: 'Too many requests',
  500: 'The system failed',
  503: 'Not ready',
  507: 'No room on the disk',
};

function isProblemStatus(status: number): status is ProblemStatus {
  return Object.hasOwn(TITLES, status);
}

/** An error answer with its status and what the caller can do. */
export class ApiError extends Error {
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ProblemStatus, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.headers = headers;
  }
}

/** The media type of a problem document. */
export const PROBLEM_TYPE = { 'content-type': 'application/problem+json' } as const;

/** A problem document. @param instance path of the request; left out where it was not looked at */
export function problemText(status: ProblemStatus, detail: string, instance?: string): string {
  return JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, instance });
}

/** Answers with a problem document. @see RFC 9457, Problem Details for HTTP APIs */
export function problem(
  context: Context,
  status: ProblemStatus,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return context.body(problemText(status, detail, context.req.path), status, {
    ...headers,
    ...PROBLEM_TYPE,
  });
}

/** What each error of core means for the caller. The first that fits counts: some are kinds of later ones. */
const STATUSES: readonly (readonly [kind: abstract new (...given: never) => Error, status: ProblemStatus])[] =
  [
    // Another writer was faster: the caller has read an older state.
    [ObjectExistsError, 412],
    [ObjectChangedError, 412],
    [RevisionConflictError, 412],
    [InvalidInputError, 400],
    [JobRefusedError, 400],
    [UnfitHeadError, 400],
    [UnknownNameError, 404],
    [ImageUnknownError, 404],
    [PlaceTakenError, 409],
    [ReconciliationBusyError, 409],
    [ReviewRefusedError, 409],
    [UndecidedError, 422],
  ];

/**
 * What to answer when a handler threw. The answer to an unknown error says nothing of the system's inside; that to a
 * fault of the home's services says what is lacking, but no names.
 *
 * @param explain says what an error of the home means for the caller, as an `ApiError`
 */
export function problemOf(
  context: Context,
  thrown: Error,
  explain: (error: Error) => Error = (error) => error,
): Response {
  const error = explain(thrown);
  if (error instanceof ApiError) return problem(context, error.status, error.message, error.headers);
  const [, status] = STATUSES.find(([kind]) => error instanceof kind) ?? [];
  if (status !== undefined) return problem(context, status, error.message);
  if (error instanceof CountUnfinishedError) {
    return problem(context, 503, error.message, { 'retry-after': '1' });
  }
  // Hono's own: what it refuses is refused, and no fault of the system.
  if (error instanceof HTTPException && isProblemStatus(error.status)) {
    return problem(context, error.status, error.message);
  }
  if (isHomeFault(error)) {
    const detail = `The request failed inside the system. ${error.publicReason} It is logged.`;
    return error.isPassing
      ? problem(context, 503, detail, { 'retry-after': '5' })
      : problem(context, 500, detail);
  }
  return problem(context, 500, 'The request failed inside the system. It is logged; try again later.');
}
