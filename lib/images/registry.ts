import { createHash } from 'node:crypto';
import { z } from 'zod';

/** A registry did not say what an image is. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

/** An index of an image's platforms, or a manifest where there is one platform only. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const LARGEST_MANIFEST = 4 * 1024 * 1024;
const TIMEOUT_MILLISECONDS = 30_000;

const tokenSchema = z
  .object({ token: z.string().optional(), access_token: z.string().optional() })
  .transform(({ token, access_token }) => token ?? access_token ?? '');

/** Where a registry answers; Docker's own is at another address than its name. */
function addressOf(host: string, addresses: Readonly<Record<string, string>>): string {
  return addresses[host] ?? `https://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
}

/** Asks where the registry says that tokens for reading are given to anybody. */
async function anonymousToken(challenge: string): Promise<string> {
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const { realm, service, scope } = fields;
  if (!/^bearer /i.test(challenge) || realm === undefined)
    throw new RegistryError(`The registry asks for something else than a token: ${challenge.slice(0, 100)}`);
  const query = new URLSearchParams({ ...(service && { service }), ...(scope && { scope }) });
  const answer = await fetch(`${realm}?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  if (!answer.ok) throw new RegistryError(`"${realm}" gives no token: status ${answer.status}.`);
  return tokenSchema.parse(await answer.json());
}

/**
 * The digest of what a tag points to now: SHA-256 of the manifest itself, computed here.
 *
 * @param image `host/name:tag`
 * @param addresses of registries that are not where their names say
 * @throws RegistryError
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
export async function digestOf(
  image: string,
  addresses: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [, host = '', name, tag] = /^([^/]+)\/(.+):([^:/]+)$/.exec(image) ?? [];
  if (name === undefined || tag === undefined) throw new RegistryError(`"${image}" names no image and tag.`);
  const url = `${addressOf(host, addresses)}/v2/${name}/manifests/${tag}`;
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(url, {
      headers: { accept: MANIFESTS, ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    }).catch((error: Error) => {
      throw new RegistryError(
        `The registry of "${image}" cannot be reached: ${error.cause ?? error.message}`,
      );
    });
  let answer = await ask({});
  if (answer.status === 401) {
    const token = await anonymousToken(answer.headers.get('www-authenticate') ?? '');
    answer = await ask({ authorization: `Bearer ${token}` });
  }
  if (!answer.ok)
    throw new RegistryError(`The registry of "${image}" answered with status ${answer.status}.`);
  const manifest = Buffer.from(await answer.arrayBuffer());
  if (manifest.length === 0 || manifest.length > LARGEST_MANIFEST)
    throw new RegistryError(`The registry of "${image}" gave a manifest of ${manifest.length} bytes.`);
  const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  const said = answer.headers.get('docker-content-digest');
  if (said !== null && said !== digest)
    throw new RegistryError(`The registry of "${image}" gave a manifest of ${digest} and calls it ${said}.`);
  return digest;
}
