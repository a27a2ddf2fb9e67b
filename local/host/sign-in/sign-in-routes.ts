import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { AuditTrail } from '../../../core/audit/audit-trail.ts';
import { EVERY_PROGRAM } from '../../../functions/api/caller.ts';
import { ApiError } from '../../../functions/api/problem.ts';
import { NO_CALLER } from '../../../functions/api/refused-tokens.ts';
import { isPassphrase } from '../../readers/passphrase.ts';
import { listReaders } from '../../readers/reader-tokens.ts';
import { FailedTries } from './failed-tries.ts';
import { isOwnPage } from './same-origin.ts';
import { giveSession, sessionIdOf, takeSession } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

/** Where pages sign in and out. */
export const SESSION_PATH = '/session';

const LARGEST_BYTES = 4_096;
/** Each look at a passphrase takes 64 MiB: one at a time, and few that wait. */
const MOST_WAITING = 8;

const MINUTE = 60_000;
const OF_A_NAME = {
  ...{ free: 5, firstMilliseconds: MINUTE, mostMilliseconds: 15 * MINUTE },
  forgottenMilliseconds: 24 * 60 * MINUTE,
};
/**
 * All of one machine have one address: more tries, the right one of another takes nothing back, and a day's slips of many
 * readers must not add up.
 */
const OF_AN_ADDRESS = {
  ...{ free: 30, firstMilliseconds: 10_000, mostMilliseconds: 5 * MINUTE },
  forgottenMilliseconds: 15 * MINUTE,
};

const bodySchema = z.strictObject({
  name: z.string().min(1).max(200),
  passphrase: z.string().min(1).max(500),
});

const REFUSED = 'This name and this passphrase do not belong together.';

export interface SignInOptions {
  readonly dataFolder: string;
  readonly sessions: Sessions;
  readonly audit: AuditTrail;
  /** Milliseconds of a clock that only runs forward. */
  readonly elapsed?: () => number;
  /** Address that a request came from. */
  readonly addressOf?: (context: Context) => string;
}

function requireOwnPage(context: Context): void {
  if (!isOwnPage(context)) throw new ApiError(403, 'Sign in and out on the pages of this host only.');
}

async function bodyOf(context: Context): Promise<z.infer<typeof bodySchema>> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? ''))
    throw new ApiError(415, 'Send name and passphrase as application/json.');
  const parsed = bodySchema.safeParse(await context.req.json().catch(() => null));
  if (!parsed.success) throw new ApiError(400, 'Send {"name": "…", "passphrase": "…"}.');
  return parsed.data;
}

/** Signing in and out by a browser, on one machine. */
export function addSignInRoutes(app: Hono, options: SignInOptions): void {
  const { dataFolder, sessions, audit, elapsed, addressOf = () => 'this machine' } = options;
  const names = new FailedTries(OF_A_NAME, elapsed);
  const addresses = new FailedTries(OF_AN_ADDRESS, elapsed);
  const oneByOne = pLimit(1);

  function note(caller: string, method: string, status: number): void {
    audit.add({
      ...{ at: new Date().toISOString(), caller, method, route: SESSION_PATH, program: EVERY_PROGRAM },
      ...{ subjects: [], query: {}, status },
    });
  }

  function requireNoWait(name: string, address: string): void {
    const wait = Math.max(names.waitOf(name), addresses.waitOf(address));
    if (wait === 0) return;
    throw new ApiError(429, 'Too many tries have failed. Wait, then try again.', {
      'retry-after': String(Math.ceil(wait / 1_000)),
    });
  }

  app.use(
    SESSION_PATH,
    bodyLimit({
      maxSize: LARGEST_BYTES,
      onError: () => {
        throw new ApiError(413, `Sign-in takes at most ${LARGEST_BYTES} bytes.`);
      },
    }),
    async (context, next) => {
      context.header('cache-control', 'no-store');
      await next();
    },
  );

  app.post(SESSION_PATH, async (context) => {
    requireOwnPage(context);
    const { name, passphrase } = await bodyOf(context);
    await audit.makeRoom();
    // "Anna" and "anna" are one name to whom guesses: they share the wait.
    const key = name.normalize('NFKC').toLowerCase();
    const address = addressOf(context);
    if (oneByOne.pendingCount >= MOST_WAITING)
      throw new ApiError(503, 'Many sign in at once. Try again in a moment.', { 'retry-after': '2' });
    requireNoWait(key, address);
    names.begin(key);
    addresses.begin(address);
    const reader = (await listReaders(dataFolder)).find((one) => one.name === name) ?? null;
    const isRight = await oneByOne(() => isPassphrase(passphrase, reader?.passphrase ?? null));
    if (reader === null || !isRight) {
      // What was typed as a name may be a passphrase: only names that are known are noted.
      note(reader?.name ?? NO_CALLER, 'POST', 401);
      throw new ApiError(401, REFUSED);
    }
    names.succeeded(key);
    addresses.takeBack(address);
    const former = sessionIdOf(context);
    if (former !== undefined) sessions.end(former);
    giveSession(context, sessions.begin(reader));
    note(reader.name, 'POST', 204);
    await audit.flush();
    return context.body(null, 204);
  });

  app.get(SESSION_PATH, (context) => {
    const id = isOwnPage(context) ? sessionIdOf(context) : undefined;
    return context.json({ signedIn: id !== undefined && sessions.use(id) !== null });
  });

  app.delete(SESSION_PATH, async (context) => {
    requireOwnPage(context);
    const id = sessionIdOf(context);
    const reader = id === undefined ? null : sessions.use(id);
    if (id !== undefined) sessions.end(id);
    takeSession(context);
    if (reader !== null) note(reader.name, 'DELETE', 204);
    return context.body(null, 204);
  });
}
