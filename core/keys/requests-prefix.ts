/** Every remembered answer to a request with an Idempotency-Key begins so. They may be forgotten after a day. */
export const REQUESTS_PREFIX = 'requests/';
