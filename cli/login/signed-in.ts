import { type GivenTokens, renewedTokens } from './identity-provider.ts';
import { keepTokens, readTokens, type StoredTokens } from './stored-tokens.ts';

/** A token is renewed when a tenth of its time is left, or a minute: a request that carries it must arrive before its end. */
const LEFT_SHARE = 0.1;
const LEFT_MOST_MILLISECONDS = 60_000;

/** Renewals under way in this process: many uploads at once ask for one. */
const renewals = new Map<string, Promise<StoredTokens>>();

function endsSoon({ givenAt, endsAt }: StoredTokens, now: Date): boolean {
  const [given, end] = [Date.parse(givenAt), Date.parse(endsAt)];
  return end - now.getTime() <= Math.min(LEFT_MOST_MILLISECONDS, (end - given) * LEFT_SHARE);
}

async function renew(stored: StoredTokens): Promise<StoredTokens> {
  // Another process may have been faster: refresh tokens are often good for one use.
  const present = await readTokens(stored.system);
  if (present !== undefined && present.accessToken !== stored.accessToken) return present;
  const given: GivenTokens = await renewedTokens(stored, new Date());
  const tokens = { ...stored, ...given };
  await keepTokens(tokens);
  return tokens;
}

function renewOnce(stored: StoredTokens): Promise<StoredTokens> {
  const present = renewals.get(stored.system);
  if (present !== undefined) return present;
  const renewal = renew(stored).finally(() => renewals.delete(stored.system));
  renewals.set(stored.system, renewal);
  return renewal;
}

/**
 * Who is signed in to a system, with a token that does not end soon.
 *
 * @param system name of the stack, or the endpoint
 * @param refused a token that the system has refused: another one is wanted, though its time is not over
 * @returns `undefined` if nobody is
 * @throws SignedOutError if only signing in again helps
 */
export async function signedIn(system: string, refused?: string): Promise<StoredTokens | undefined> {
  const stored = await readTokens(system);
  if (stored === undefined) return undefined;
  const wanted = stored.accessToken === refused || endsSoon(stored, new Date());
  return wanted ? renewOnce(stored) : stored;
}
