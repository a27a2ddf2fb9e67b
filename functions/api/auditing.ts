import type { MiddlewareHandler } from 'hono';
import { reasonOf } from '../../core/errors.ts';
import type { ApiEnvironment } from './api-environment.ts';

/** Longest part of a filter that is kept. */
const LONGEST = 200;

/**
 * Notes in the audit trail who asked for what of a program, and how it was answered. What changed something is written
 * before its answer leaves; what was read or refused follows within moments. What could not be noted is not done: where
 * the trail takes no more entries, the request is refused with the reason, as that of a full disk.
 */
export const auditing: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  await context.var.services.audit.makeRoom();
  await next();
  const { audited, caller, services } = context.var;
  if (audited === undefined) return;
  const { status } = context.res;
  const { cursor: _, ...filters } = context.req.query();
  services.audit.add({
    at: new Date().toISOString(),
    caller: caller.subject,
    method: context.req.method,
    route: audited.route,
    program: audited.program,
    subjects: [...audited.subjects],
    query: Object.fromEntries(Object.entries(filters).map(([name, text]) => [name, text.slice(0, LONGEST)])),
    status,
  });
  if (context.req.method === 'GET' || status >= 400) return;
  try {
    await services.audit.flush();
  } catch (error) {
    // The change has happened: its caller must hear of it. The entry waits for the next attempt.
    services.log.error('The audit trail could not be written', {
      reason: reasonOf(error),
    });
  }
};
