import { readFile } from 'node:fs/promises';
import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { reasonOf } from '../../core/errors.ts';
import { WrongUseError } from '../errors.ts';
import { SignedOutError, SignInError } from './errors.ts';
import type { StoredTokens } from './stored-tokens.ts';

/** Who signs in, and where. */
export interface Identity {
  readonly issuer: string;
  readonly clientId: string;
  /** File with the secret of a machine's identity; `null` for a person. */
  readonly secretFile: string | null;
  /** Scopes to ask for, separated by spaces. */
  readonly scope: string;
}

/** What an issuer has given, by the names under which it is kept. */
export type GivenTokens = Pick<StoredTokens, 'accessToken' | 'refreshToken' | 'givenAt' | 'endsAt'>;

/** Of tokens whose issuer does not say it. */
const USUAL_SECONDS = 3_600;

async function secretOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new WrongUseError(`The secret file "${file}" cannot be read: ${error.message}`);
  });
  if (text.trim() === '') throw new WrongUseError(`The secret file "${file}" is empty.`);
  return text.trim();
}

/** Plain HTTP is for an issuer on this machine alone. */
function isOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/**
 * Finds an issuer's addresses (OpenID Connect Discovery 1.0).
 *
 * @throws SignInError if it cannot be reached or is no issuer
 */
export async function discover({ issuer, clientId, secretFile }: Identity): Promise<Configuration> {
  const openid = await import('openid-client');
  const url = new URL(issuer);
  const authentication =
    secretFile === null ? openid.None() : openid.ClientSecretBasic(await secretOf(secretFile));
  const execute = isOnThisMachine(url) ? [openid.allowInsecureRequests] : [];
  try {
    return await openid.discovery(url, clientId, undefined, authentication, { execute });
  } catch (error) {
    throw new SignInError(`The issuer ${issuer} could not be asked: ${reasonOf(error)}`, { cause: error });
  }
}

/** @param before the refresh token of before: an issuer that gives no new one lets it be used again */
export function givenTokens(
  answer: TokenEndpointResponse & TokenEndpointResponseHelpers,
  before: string | null,
  now: Date,
): GivenTokens {
  const seconds = answer.expiresIn() ?? USUAL_SECONDS;
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? before,
    givenAt: now.toISOString(),
    endsAt: new Date(now.getTime() + seconds * 1_000).toISOString(),
  };
}

/** A machine's own token (client credentials, RFC 6749, 4.4). */
export async function machineTokens(identity: Identity, now: Date): Promise<GivenTokens> {
  const openid = await import('openid-client');
  const configuration = await discover(identity);
  try {
    const answer = await openid.clientCredentialsGrant(configuration, { scope: identity.scope });
    return givenTokens(answer, null, now);
  } catch (error) {
    throw new SignInError(
      `The issuer refuses the machine ${identity.clientId}: ${saidBy(error)}. Check its id, its secret and its scopes.`,
      { cause: error },
    );
  }
}

/** In the answer's body, or, of a client that is not who it says, in its header (RFC 6750, 3). */
function wordsIn(error: unknown): Readonly<Record<string, unknown>> {
  const { cause } = error as { readonly cause?: unknown };
  const challenge = Array.isArray(cause)
    ? (cause[0] as { readonly parameters?: object } | undefined)
    : undefined;
  return { ...(error as object), ...challenge?.parameters };
}

/** The issuer's own words (RFC 6749, 5.2), where there are any. */
export function saidBy(error: unknown): string {
  const { error: code, error_description: description } = wordsIn(error);
  if (typeof code !== 'string') return reasonOf(error);
  return typeof description === 'string' ? `${code}: ${description}` : code;
}

/**
 * New tokens in place of those that end.
 *
 * @throws SignedOutError if only signing in again helps
 */
export async function renewedTokens(stored: StoredTokens, now: Date): Promise<GivenTokens> {
  if (stored.secretFile !== null) return machineTokens(stored, now);
  const again = `Sign in again: retclip login ${stored.system === stored.endpoint ? `--endpoint ${stored.endpoint}` : `--stack ${stored.system}`}`;
  if (stored.refreshToken === null)
    throw new SignedOutError(`Your sign-in to ${stored.system} has ended. ${again}`);
  const openid = await import('openid-client');
  const configuration = await discover(stored);
  try {
    const answer = await openid.refreshTokenGrant(configuration, stored.refreshToken);
    return givenTokens(answer, stored.refreshToken, now);
  } catch (error) {
    // Whatever else it is, such as a network that is gone, may pass.
    if (!(error instanceof openid.ResponseBodyError)) throw new SignInError(saidBy(error), { cause: error });
    throw new SignedOutError(`Your sign-in to ${stored.system} has ended (${saidBy(error)}). ${again}`, {
      cause: error,
    });
  }
}
