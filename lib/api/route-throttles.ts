/** How often a route may be called by all callers together. */
export interface RouteThrottle {
  readonly perSecond: number;
  /** Calls at once. */
  readonly burst: number;
}

/** Of every route that has no own bound. */
export const DEFAULT_THROTTLE: RouteThrottle = { perSecond: 200, burst: 400 };

/** Anybody may call these: they must not use up the functions that others wait for. */
export const PUBLIC_THROTTLES = {
  'GET /health': { perSecond: 20, burst: 40 },
  'GET /openapi.json': { perSecond: 5, burst: 20 },
} as const satisfies Readonly<Record<string, RouteThrottle>>;

export const SEARCH_ROUTE = 'POST /v1/programs/{program}/search';

/**
 * Routes behind the authorizer of which one call is worth many others, as API Gateway writes them. Above its bound a
 * route answers 429; the command line waits and tries again. Tokens come from Cognito, which has bounds of its own.
 */
export const COSTLY_THROTTLES = {
  /** Computes a text's features in a function of 3 GB. */
  [SEARCH_ROUTE]: { perSecond: 10, burst: 20 },
  /** Asks the bucket for up to 100 photographs and signs as many uploads. */
  'POST /v1/programs/{program}/uploads': { perSecond: 50, burst: 100 },
  /** Reads up to 100 patients or exams. */
  'POST /v1/programs/{program}/patients/search': { perSecond: 25, burst: 50 },
  'POST /v1/programs/{program}/exams/lookup': { perSecond: 25, burst: 50 },
  /** Removes every version of every photograph, and rewrites shards of features. */
  'DELETE /v1/programs/{program}/patients/{patient}': { perSecond: 5, burst: 10 },
  /** Starts instances. */
  'POST /v1/programs/{program}/jobs': { perSecond: 2, burst: 10 },
  /** Works for seconds, and is called again until the end. */
  'POST /v1/programs/{program}/reconciliation': { perSecond: 2, burst: 5 },
  'POST /v1/reconciliation': { perSecond: 2, burst: 5 },
  /** Sends a queue's dead letters again. */
  'POST /v1/programs/{program}/dead-letters/{queue}/redrive': { perSecond: 2, burst: 10 },
} as const satisfies Readonly<Record<string, RouteThrottle>>;

/** `POST /v1/programs` as method and path. */
export function splitRoute(route: string): { readonly method: string; readonly path: string } {
  const [method = '', path = ''] = route.split(' ');
  return { method, path };
}
