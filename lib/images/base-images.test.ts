import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../project-root.ts';
import { BASE_IMAGES, baseImageArguments, LOCK_FILE, lockedName, readLock } from './base-images.ts';
import * as images from './image-sources.ts';
import { lockBaseImages } from './lock-base-images.ts';
import { digestOf, RegistryError } from './registry.ts';

const dockerfileOf = (folder: string) => readFileSync(join(PROJECT_ROOT, folder, 'Dockerfile'), 'utf8');
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A registry as the distribution specification has it: manifests are given for an anonymous token alone. */
let registry: Server;
let address: string;
let folder: string;
/** Manifests by `name:tag`. */
let manifests: Map<string, string>;
let lies: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  await writeFile(join(folder, 'lock.json'), '{ "schema": "base-images/1", "digests": {} }');
  lies = undefined;
  manifests = new Map(
    Object.values(BASE_IMAGES).map((image) => [
      image.slice(image.indexOf('/') + 1),
      JSON.stringify({ made: image }),
    ]),
  );
  registry = createServer((request, response) => {
    const url = new URL(request.url ?? '', address);
    if (url.pathname === '/token')
      return response.end(JSON.stringify({ token: `for ${url.searchParams.get('scope')}` }));
    const [, name, tag] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url.pathname) ?? [];
    const scope = `repository:${name}:pull`;
    if (request.headers.authorization !== `Bearer for ${scope}`) {
      const challenge = `Bearer realm="${address}/token",service="test",scope="${scope}"`;
      return response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    const manifest = manifests.get(`${name}:${tag}`);
    if (manifest === undefined || !request.headers.accept?.includes('image.index'))
      return response.writeHead(404).end();
    return response.writeHead(200, { 'docker-content-digest': lies ?? sha256(manifest) }).end(manifest);
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterEach(async () => {
  registry.closeAllConnections();
  await new Promise((resolve) => registry.close(resolve));
  await rm(folder, { recursive: true });
});
const everywhere = () => ({ 'docker.io': address, 'public.ecr.aws': address });

describe('the command that locks base images', () => {
  it('writes the digest of each, and says on the next call which have moved', async () => {
    const file = join(folder, 'lock.json');
    const words = Object.entries(everywhere()).flatMap(([host, url]) => ['--registry', `${host}=${url}`]);
    const script = join(PROJECT_ROOT, 'lib/images/lock-base-images.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--lock', file, ...words]);
    expect(stdout.match(/ locked$/gm)).toHaveLength(4);
    const { digests } = readLock(file);
    for (const image of Object.values(BASE_IMAGES))
      expect(digests[image]).toBe(sha256(JSON.stringify({ made: image })));
    manifests.set('nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04', 'rebuilt');
    const lines = await lockBaseImages(file, everywhere());
    expect(lines.filter((line) => line.endsWith('unchanged'))).toHaveLength(3);
    expect(lines.find((line) => line.includes('nvidia/cuda'))).toMatch(
      new RegExp(`@${sha256('rebuilt')} moved from sha256:`),
    );
  });

  it('writes nothing when one registry does not answer, or lies', async () => {
    const file = join(folder, 'lock.json');
    const before = await readFile(file, 'utf8');
    manifests.delete('library/python:3.12-slim-bookworm');
    await expect(lockBaseImages(file, everywhere())).rejects.toThrow(
      /python:3\.12-slim-bookworm" answered with status 404/,
    );
    lies = sha256('something else');
    await expect(lockBaseImages(file, everywhere())).rejects.toThrow(RegistryError);
    await expect(digestOf(BASE_IMAGES.NODE_IMAGE, everywhere())).rejects.toThrow(/and calls it sha256:/);
    expect(await readFile(file, 'utf8')).toBe(before);
  });
});

describe('an image that is built', () => {
  it.each(Object.values(images))('in $folder takes every base image from the lock', ({ folder: name }) => {
    const dockerfile = dockerfileOf(name);
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(bases.length).toBeGreaterThan(1);
    const digest = `sha256:${'a'.repeat(64)}`;
    const digests = Object.fromEntries(Object.values(BASE_IMAGES).map((image) => [image, digest]));
    const given = baseImageArguments(dockerfile, { schema: 'base-images/1', digests });
    for (const base of bases) {
      const [, argument = ''] = /^\$\{(\w+)\}$/.exec(base ?? '') ?? [];
      expect([base, given[argument]]).toEqual([base, expect.stringMatching(/:[^:]+@sha256:a{64}$/)]);
      // A build by hand, without the arguments, must not take a moving tag either.
      expect(dockerfile).toContain(
        `ARG ${argument}=${lockedName(BASE_IMAGES[argument as keyof typeof BASE_IMAGES], { schema: 'base-images/1', digests: {} })}`,
      );
    }
  });

  it('on an image that is not locked ends, by a name that no registry has and that says what to do', () => {
    const name = lockedName(BASE_IMAGES.NODE_IMAGE, { schema: 'base-images/1', digests: {} });
    // RFC 6761: `invalid` is never resolved.
    expect(name).toBe(
      'base-image-not-locked.run-npm-run-images-lock.invalid/docker.io/library/node:24.21.0-bookworm-slim',
    );
  });
});

it('the lock that is checked in is one, and names no image that nothing is built on', () => {
  const known: readonly string[] = Object.values(BASE_IMAGES);
  expect(Object.keys(readLock(LOCK_FILE).digests).filter((image) => !known.includes(image))).toEqual([]);
});
