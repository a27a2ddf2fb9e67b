import type { Env, Hono } from 'hono';

/** What HTTP's own registry has for reading and changing. @see https://www.rfc-editor.org/rfc/rfc9110#section-9 */
const KNOWN: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

const STATUS = 405;

function refusal(): Response {
  const text = { title: 'Method not allowed', detail: `The methods are ${[...KNOWN].join(', ')}.` };
  return new Response(JSON.stringify({ type: 'about:blank', status: STATUS, ...text }), {
    status: STATUS,
    headers: { 'content-type': 'application/problem+json', allow: [...KNOWN].join(', ') },
  });
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
