import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { isIdentifier } from '../../core/exams/identifier.ts';
import { type ApiEnvironment, requireEveryProgram, requireScope, type Scope } from './caller.ts';
import { ApiError } from './problem.ts';

/** Checks the token before anything of the request is looked at, and notes what the request is about. */
function requires(scope: Scope): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const { program = '', patient, exam } = context.req.param() as Record<string, string | undefined>;
    if (!isIdentifier(program)) throw new ApiError(400, `"${program.slice(0, 80)}" names no program.`);
    const route = routePath(context).replaceAll(/:(\w+)/g, '{$1}');
    const subject = [patient, exam].filter((part) => part !== undefined).join('/');
    context.set('audited', { route, program, subjects: subject === '' ? [] : [subject] });
    requireScope(context.var.caller, program, scope);
    await next();
  };
}

/** A POST that says so by its Idempotency-Key has its effect once. */
const once: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  const key = context.req.header('idempotency-key');
  const program = context.req.param('program');
  if (context.req.method !== 'POST' || key === undefined || program === undefined) return next();
  return context.var.services.sentOnce.answer(context, program, key, next);
};

/**
 * What every route of a program has: the scope that it needs, told in the API document and checked before the request
 * is read.
 *
 * @example createRoute({ method: 'get', path: '/v1/programs/{program}/summary', ...scoped('read'), … })
 */
export function scoped(scope: Scope): {
  security: { bearer: string[] }[];
  middleware: MiddlewareHandler<ApiEnvironment>[];
} {
  return { security: [{ bearer: [scope] }], middleware: [requires(scope), once] };
}

/**
 * What every route has that concerns all programs, as those of the model do: only callers of every program get in. The
 * model's changes are noted in its own log, with who made them.
 *
 * @example createRoute({ method: 'get', path: '/v1/model', ...scopedToAll('read'), … })
 */
export function scopedToAll(scope: Scope): ReturnType<typeof scoped> {
  const everyProgram: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
    requireEveryProgram(context.var.caller, scope);
    await next();
  };
  return { security: [{ bearer: [scope] }], middleware: [everyProgram] };
}

/** Notes whom a request is about whose body tells it. */
export function noteSubjects(
  context: { readonly var: { readonly audited?: ApiEnvironment['Variables']['audited'] } },
  subjects: readonly string[],
): void {
  const { audited } = context.var;
  if (audited !== undefined) audited.subjects = subjects.slice(0, 100);
}
