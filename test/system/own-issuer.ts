import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type ClientMetadata } from 'oidc-provider';

export interface OwnIssuerOptions {
  /** Seconds for which an access token is good. */
  readonly accessSeconds?: number;
  readonly devices?: boolean;
}

const REDIRECTS = [47_821, 47_822, 47_823].map((port) => `http://127.0.0.1:${port}/signed-in`);
const clients = (devices: boolean): ClientMetadata[] => [
  {
    client_id: 'cli',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: [
      ...['authorization_code', 'refresh_token'],
      ...(devices ? ['urn:ietf:params:oauth:grant-type:device_code'] : []),
    ],
    response_types: ['code'],
    redirect_uris: REDIRECTS,
  },
  {
    client_id: 'camera-7',
    client_secret: 'secret-of-camera-7',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  },
];

/** An OpenID Connect issuer in this process, of people who sign in as `operator-1` without a password. */
export class OwnIssuer implements AsyncDisposable {
  readonly url: string;
  readonly provider: Provider;
  readonly #close: () => void;
  /** Tokens that it no longer holds for good, though their time is not over. */
  readonly #takenBack = new Set<string>();

  private constructor(url: string, provider: Provider, close: () => void) {
    this.url = url;
    this.provider = provider;
    this.#close = close;
  }

  static async open({ accessSeconds = 3_600, devices = false }: OwnIssuerOptions = {}): Promise<OwnIssuer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(url, {
      clients: clients(devices),
      cookies: { keys: ['of a test'] },
      findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      features: {
        deviceFlow: { enabled: devices },
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        revocation: { enabled: true },
      },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      // Whoever signs in has agreed.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({
          clientId: oidc.client?.clientId,
          accountId: oidc.session?.accountId,
        });
        grant.addOIDCScope('openid offline_access');
        await grant.save();
        return grant;
      },
      issueRefreshToken: async () => true,
      rotateRefreshToken: true,
      ttl: { AccessToken: accessSeconds, ClientCredentials: accessSeconds },
    });
    const answer = provider.callback();
    server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
      // Of native clients every sign-in asks for consent.
      const login = { login: { accountId: 'operator-1' }, consent: {} };
      void provider.interactionFinished(request, response, login, { mergeWithLastSubmission: false });
    });
    return new OwnIssuer(url, provider, () => {
      server.close();
      server.closeAllConnections();
    });
  }

  /** Whether a token is one of its own, and good at this moment. */
  async accepts(token: string): Promise<boolean> {
    if (this.#takenBack.has(token)) return false;
    const { AccessToken, ClientCredentials } = this.provider;
    return (
      (await AccessToken.find(token)) !== undefined || (await ClientCredentials.find(token)) !== undefined
    );
  }

  takeBack(token: string): void {
    this.#takenBack.add(token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
  }
}

/** Goes through the pages of an issuer as a browser does, with cookies, and agrees to every form. @returns the last page */
export async function browse(address: string): Promise<{ readonly url: string; readonly text: string }> {
  const cookies = new Map<string, string>();
  let url = address;
  let init: RequestInit = {};
  for (let pages = 0; pages < 20; pages += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const text = await response.text();
    init = {};
    if (location !== null) {
      url = new URL(location, url).href;
      continue;
    }
    const [, action] = /<form[^>]*action="([^"]+)"/.exec(text) ?? [];
    if (action === undefined) return { url, text };
    const fields = [...text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]+)"/.exec(input)?.[1] ?? '',
      /value="([^"]*)"/.exec(input)?.[1] ?? '',
    ]);
    url = new URL(action, url).href;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    init = { method: 'POST', headers, body: new URLSearchParams(fields as [string, string][]).toString() };
  }
  throw new Error(`${address} leads nowhere`);
}
