import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration } from 'openid-client';
import { LOOPBACK_PORTS, loopbackAddress } from '../../aws/loopback-addresses.ts';
import { SignInError } from './errors.ts';
import { type GivenTokens, givenTokens, type Identity, saidBy } from './identity-provider.ts';

/** How long a person may take. */
const LONGEST_MILLISECONDS = 10 * 60_000;

/** Tells the person what to do. */
export type Tell = (text: string) => void;

/** By a code that the person types on any machine with a browser (RFC 8628). */
export async function signInByDevice(
  configuration: Configuration,
  { scope }: Identity,
  tell: Tell,
): Promise<GivenTokens> {
  const openid = await import('openid-client');
  try {
    const device = await openid.initiateDeviceAuthorization(configuration, { scope });
    const { verification_uri_complete: complete, verification_uri: address, user_code: code } = device;
    tell(`Open ${complete ?? address} in any browser, and enter the code ${code}.`);
    const answer = await openid.pollDeviceAuthorizationGrant(configuration, device);
    return givenTokens(answer, null, new Date());
  } catch (error) {
    throw new SignInError(`The issuer did not sign you in: ${saidBy(error)}`, { cause: error });
  }
}

/** Listens where the browser comes back to, once. */
async function listen(ports: readonly number[]) {
  for (const port of ports) {
    const server = createServer();
    const listening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!listening) continue;
    return { server, address: loopbackAddress((server.address() as AddressInfo).port) };
  }
  throw new SignInError(
    `The ports ${ports.join(', ')} of this machine are in use, and the browser could not come back. End what uses them, or sign in by a machine's identity.`,
  );
}

/** By the browser of this machine: authorization code with PKCE, back to a loopback address (RFC 8252, RFC 7636). */
export async function signInByBrowser(
  configuration: Configuration,
  { scope }: Identity,
  tell: Tell,
  ports: readonly number[] = LOOPBACK_PORTS,
): Promise<GivenTokens> {
  const openid = await import('openid-client');
  const { server, address } = await listen(ports);
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const timer = new AbortController();
  try {
    const back = new Promise<URL>((resolve, reject) => {
      const timeout = setTimeout(
        () => reject(new SignInError('Nobody came back from the browser for ten minutes.')),
        LONGEST_MILLISECONDS,
      );
      timer.signal.addEventListener('abort', () => clearTimeout(timeout));
      server.on('request', (request, response) => {
        const url = new URL(request.url ?? '/', address);
        if (url.pathname !== new URL(address).pathname) return response.writeHead(404).end();
        response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
        response.end('You may close this page and go back to the terminal.\n');
        resolve(url);
      });
    });
    const challenge = await openid.calculatePKCECodeChallenge(pkceCodeVerifier);
    const parameters = { redirect_uri: address, scope, state: expectedState };
    const url = openid.buildAuthorizationUrl(configuration, {
      ...parameters,
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    });
    tell(`Open in a browser of this machine: ${url.href}`);
    const checks = { pkceCodeVerifier, expectedState };
    const answer = await openid.authorizationCodeGrant(configuration, await back, checks);
    return givenTokens(answer, null, new Date());
  } catch (error) {
    if (error instanceof SignInError) throw error;
    throw new SignInError(`The issuer did not sign you in: ${saidBy(error)}`, { cause: error });
  } finally {
    timer.abort();
    server.close();
    server.closeAllConnections();
  }
}
