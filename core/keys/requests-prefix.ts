/** Every remembered answer to a request with an Idempotency-Key begins so. */
export const REQUESTS_PREFIX = 'requests/';

/** How long an answer is remembered. */
export const ANSWERS_REMEMBERED_MILLISECONDS = 24 * 3_600_000;
