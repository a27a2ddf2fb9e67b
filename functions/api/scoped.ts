import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { isIdentifier } from '../../core/exams/identifier.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { EVERY_PROGRAM, requireEveryProgram, requireScope, type Scope } from './caller.ts';
import { ApiError } from './problem.ts';
import { requireKnownProgram } from './unknown-program.ts';

/** The route as the API document has it: `/v1/programs/{program}/summary`. */
function routeOf(context: Context): string {
  return routePath(context).replaceAll(/:(\w+)/g, '{$1}');
}

/** Whether a route is about a program that there is, or may begin one. */
type ProgramNeed = 'known' | 'may-be-new';

/** Checks the token before anything of the request is looked at, and notes what the request is about. */
function requires(scope: Scope, program: ProgramNeed): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const { program: name = '', patient, exam } = context.req.param() as Record<string, string | undefined>;
    if (!isIdentifier(name)) throw new ApiError(400, `"${name.slice(0, 80)}" names no program.`);
    const subject = [patient, exam].filter((part) => part !== undefined).join('/');
    context.set('audited', {
      route: routeOf(context),
      program: name,
      subjects: subject === '' ? [] : [subject],
    });
    requireScope(context.var.caller, name, scope);
    if (program === 'known') {
      await requireKnownProgram(context.var.services.programs, name, context.var.caller);
    }
    await next();
  };
}

/** A POST that says so by its Idempotency-Key has its effect once. */
const once: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  const key = context.req.header('idempotency-key');
  const program = context.req.param('program');
  if (context.req.method !== 'POST' || key === undefined || program === undefined) return next();
  const { caller, services } = context.var;
  return services.sentOnce.answer(context, { caller: caller.subject, program, key }, next);
};

/**
 * What every route of a program has: the scope that it needs, told in the API document and checked before the request
 * is read.
 *
 * @param program of a route that may begin one: `may-be-new`; others answer 404 to a name that is no program's
 * @example createRoute({ method: 'get', path: '/v1/programs/{program}/summary', ...scoped('read'), … })
 */
export function scoped(
  scope: Scope,
  program: ProgramNeed = 'known',
): {
  security: { bearer: string[] }[];
  middleware: MiddlewareHandler<ApiEnvironment>[];
} {
  return { security: [{ bearer: [scope] }], middleware: [requires(scope, program), once] };
}

/** Notes in the trail of all programs that a route which is about none of them was called, and by whom. */
export const aboutEveryProgram: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  context.set('audited', { route: routeOf(context), program: EVERY_PROGRAM, subjects: [] });
  await next();
};

/**
 * What every route has that concerns all programs, as those of the model do: only callers of every program get in.
 *
 * @example createRoute({ method: 'get', path: '/v1/model', ...scopedToAll('read'), … })
 */
export function scopedToAll(scope: Scope): ReturnType<typeof scoped> {
  const everyProgram: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
    requireEveryProgram(context.var.caller, scope);
    await next();
  };
  return { security: [{ bearer: [scope] }], middleware: [aboutEveryProgram, everyProgram] };
}

/** Notes whom a request is about whose body tells it. */
export function noteSubjects(
  context: { readonly var: { readonly audited?: ApiEnvironment['Variables']['audited'] } },
  subjects: readonly string[],
): void {
  const { audited } = context.var;
  if (audited !== undefined) audited.subjects = subjects.slice(0, 100);
}
