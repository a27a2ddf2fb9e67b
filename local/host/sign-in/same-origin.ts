import type { Context } from 'hono';

const CHANGES_NOTHING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Whether a request that a browser's cookie vouches for comes from this host's own pages. SameSite alone does not say so:
 * to a browser every port of 127.0.0.1 is one site.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isOwnPage(context: Context): boolean {
  const changesNothing = CHANGES_NOTHING.has(context.req.method);
  const site = context.req.header('sec-fetch-site');
  // `none`: typed into the address bar.
  if (site !== undefined) return site === 'same-origin' || (site === 'none' && changesNothing);
  const origin = context.req.header('origin');
  if (origin === undefined) return changesNothing;
  const { protocol } = new URL(context.req.url);
  return origin === `${protocol}//${context.req.header('host')}`;
}
