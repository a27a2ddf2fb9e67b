import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** Browsers give a cookie to every port of a host: the name tells the hosts of two data folders apart. */
function nameOf(context: Context): string {
  const [, port = '80'] = /:(\d+)$/.exec(context.req.header('host') ?? '') ?? [];
  return `retclip-session-${port}`;
}

function attributesOf(context: Context) {
  const secure = new URL(context.req.url).protocol === 'https:';
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure } as const;
}

/** The session's id, as the browser sent it. */
export function sessionIdOf(context: Context): string | undefined {
  return getCookie(context, nameOf(context));
}

/** Gives a session's id to the browser, which forgets it when it is closed. */
export function giveSession(context: Context, id: string): void {
  setCookie(context, nameOf(context), id, attributesOf(context));
}

/** Has the browser forget its session. */
export function takeSession(context: Context): void {
  deleteCookie(context, nameOf(context), attributesOf(context));
}
