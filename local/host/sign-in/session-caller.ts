import type { Authenticate } from '../../../functions/api/authentication.ts';
import { callerOfReader } from '../reader-caller.ts';
import { isOwnPage } from './same-origin.ts';
import { sessionIdOf } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

/** Whom a page believes to be signed in: all tabs of a browser share one session, and another may have signed in since. */
export const READER_HEADER = 'retclip-reader';

/** Callers by the session of a browser, in calls of this host's own pages. */
export function sessionCaller(sessions: Sessions): Authenticate {
  return (context) => {
    const id = sessionIdOf(context);
    if (id === undefined || !isOwnPage(context)) return null;
    const reader = sessions.use(id);
    if (reader === null) return null;
    const believed = context.req.header(READER_HEADER);
    // A name may hold letters that a header cannot.
    if (believed !== undefined && believed !== encodeURIComponent(reader.name)) return null;
    return callerOfReader(reader);
  };
}

/** By token where one is sent, else by session. */
export function tokenOrSession(token: Authenticate, session: Authenticate): Authenticate {
  return (context) => (context.req.header('authorization') === undefined ? session(context) : token(context));
}
