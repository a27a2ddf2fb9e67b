import type { MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from './api-environment.ts';
import { ApiError } from './problem.ts';

/** How often one caller may call. */
export interface RateLimit {
  /** Calls a second in the long run. */
  readonly perSecond: number;
  /** Calls at once. */
  readonly burst: number;
}

/** Far above what a person or an upload does, below what would hold up everybody else. */
export const DEFAULT_RATE_LIMIT: RateLimit = { perSecond: 100, burst: 400 };

/** Callers remembered: one who has not called for long has a full bucket anyway. */
const MOST_CALLERS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each caller, in this process: several processes allow each their own. The gateway in front bounds
 * all callers together.
 *
 * @param elapsed milliseconds by the process's clock: a bucket fills by the time that passes
 * @throws ApiError 429 with Retry-After
 */
export function rateLimiting(
  limit: RateLimit,
  elapsed: () => number = () => performance.now(),
): MiddlewareHandler<ApiEnvironment> {
  const buckets = new Map<string, Bucket>();

  function take(caller: string): number {
    const at = elapsed();
    const bucket = buckets.get(caller) ?? { tokens: limit.burst, at };
    const tokens = Math.min(limit.burst, bucket.tokens + ((at - bucket.at) / 1000) * limit.perSecond);
    // Moved to the end: the first of the map has not called for the longest time.
    buckets.delete(caller);
    buckets.set(caller, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    const [oldest] = buckets.keys();
    if (buckets.size > MOST_CALLERS && oldest !== undefined) buckets.delete(oldest);
    return tokens >= 1 ? 0 : (1 - tokens) / limit.perSecond;
  }

  return async (context, next) => {
    const wait = take(context.var.caller.subject);
    if (wait > 0) {
      throw new ApiError(
        429,
        `You may call ${limit.perSecond} times a second, ${limit.burst} at once. Wait and try again.`,
        { 'retry-after': String(Math.ceil(wait)) },
      );
    }
    await next();
  };
}
