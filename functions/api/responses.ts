import { problemSchema } from './schemas.ts';

const problemContent = { 'application/problem+json': { schema: problemSchema } };

/** Answers that every route may give besides its own. */
export const PROBLEMS = {
  400: { description: 'The request is not valid', content: problemContent },
  401: { description: 'No valid token', content: problemContent },
  403: { description: 'Not allowed by the token', content: problemContent },
  404: { description: 'Not found', content: problemContent },
} as const;
