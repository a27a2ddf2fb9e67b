import { problemSchema } from './schemas.ts';

const problemContent = { 'application/problem+json': { schema: problemSchema } };

/** Answers that every route may give besides its own. */
export const PROBLEMS = {
  400: { description: 'The request is not valid', content: problemContent },
  401: { description: 'No valid token', content: problemContent },
  403: { description: 'Not allowed by the token', content: problemContent },
  404: { description: 'Not found', content: problemContent },
  429: { description: 'Too many requests: wait as long as Retry-After says', content: problemContent },
} as const;

/** Answers of routes that are not only read: they take a body, or at least look at one. */
export const BODY_PROBLEMS = {
  ...PROBLEMS,
  413: { description: 'The body is too large', content: problemContent },
  415: { description: 'The body is not JSON in UTF-8', content: problemContent },
} as const;

/** Answers of routes that change something. */
export const CHANGE_PROBLEMS = {
  ...BODY_PROBLEMS,
  409: { description: 'It does not fit the present state', content: problemContent },
  412: { description: 'Changed since it was read: If-Match does not fit', content: problemContent },
  422: { description: 'The Idempotency-Key was sent with another request', content: problemContent },
} as const;
