import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from './api-environment.ts';
import type { Caller } from './caller.ts';
import { ApiError } from './problem.ts';

/**
 * Finds out who calls; `null` for a stranger. The home decides how: by a JWT's claims in AWS, by a token on one machine.
 */
export type Authenticate = (context: Context) => Caller | null;

/** Lets known callers through. */
export function authentication(authenticate: Authenticate): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const caller = authenticate(context);
    if (caller === null) {
      await context.var.services.refusedTokens.note(context);
      throw new ApiError(401, 'Send a valid token in the header "Authorization: Bearer …".');
    }
    context.set('caller', caller);
    await next();
  };
}
