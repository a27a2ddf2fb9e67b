import type { Env, Hono } from 'hono';
import { PROBLEM_TYPE, problemText } from './problem.ts';

/** What HTTP's own registry has for reading and changing. @see https://www.rfc-editor.org/rfc/rfc9110#section-9 */
const KNOWN: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

function refusal(): Response {
  const allow = [...KNOWN].join(', ');
  const text = problemText(405, `The methods are ${allow}.`);
  return new Response(text, { status: 405, headers: { ...PROBLEM_TYPE, allow } });
}

/**
 * Refuses a request by a method that HTTP does not know before it is routed: the router looks methods up as names of a
 * plain object, where `constructor` is found as well.
 */
export function withKnownMethods<E extends Env, App extends Pick<Hono<E>, 'fetch'>>(app: App): App {
  const { fetch } = app;
  app.fetch = (request, ...rest) => (KNOWN.has(request.method) ? fetch(request, ...rest) : refusal());
  return app;
}
