import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HeadError } from '../../core/heads/head.ts';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { BundleError, ModelError } from '../errors.ts';
import { MANIFEST_FILE, type Manifest, manifestSchema } from './manifest.ts';
import { type Bundle, neededFiles, type OpenBundleOptions, openBundle, verifyHashes } from './open-bundle.ts';
import { type BundleFolder, verifiedFile } from './verified-file.ts';

/** Bytes of one request, so that a large graph is never in memory whole. */
const PART_BYTES = 8 * 1024 * 1024;

async function* parts(store: ObjectStore, key: string, bytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes; start += PART_BYTES) {
    const range = { start, end: Math.min(start + PART_BYTES, bytes) - 1 };
    yield (await store.get(key, { range })).content;
  }
}

function manifestOf(content: Uint8Array, key: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
  } catch (error) {
    throw new BundleError(`"${key}" is no sound manifest of a bundle: upload the bundle again.`, {
      cause: error,
    });
  }
}

/** A bundle whose hashes are right; `undefined` if there is none or it is damaged. */
async function soundBundle(directory: string, part: OpenBundleOptions): Promise<Bundle | undefined> {
  try {
    const bundle = await openBundle(directory, part);
    await verifyHashes(bundle, part);
    return bundle;
  } catch (error) {
    if (error instanceof ModelError || error instanceof HeadError) return undefined;
    throw error;
  }
}

/** Fetches a file part by part, then compares the SHA-256 of the whole with the manifest's: parts have none of their own. */
async function fetchFile(
  store: ObjectStore,
  { directory, manifest }: BundleFolder,
  name: string,
): Promise<void> {
  const file = join(directory, name);
  await mkdir(dirname(file), { recursive: true });
  const bytes = manifest.files[name]?.bytes ?? 0;
  await pipeline(
    Readable.from(parts(store, bundleFileKey(manifest.id, name), bytes)),
    createWriteStream(file),
  );
  await verifiedFile({ directory, manifest }, name);
}

/**
 * Fetches a bundle, or the part of it that is needed, from the object store and checks every file's SHA-256 as soon as it
 * is there. A sound bundle in the cache is not fetched again; of a bundle that is refused nothing stays.
 *
 * @param part the screening part unless told
 * @throws ObjectNotFoundError if the bundle is not in the store; BundleError if it is damaged or another
 */
export async function fetchBundle(
  store: ObjectStore,
  id: string,
  cache: string,
  part: OpenBundleOptions = { text: false },
): Promise<Bundle> {
  const directory = join(cache, id);
  const cached = await soundBundle(directory, part);
  if (cached !== undefined) return cached;
  const manifestKey = bundleFileKey(id, MANIFEST_FILE);
  const { content } = await store.get(manifestKey);
  const manifest = manifestOf(content, manifestKey);
  if (manifest.id !== id) {
    throw new BundleError(`"${manifestKey}" is of bundle ${manifest.id}: upload the right bundle.`);
  }
  const partial = `${directory}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    for (const name of neededFiles(manifest, part)) {
      await fetchFile(store, { directory: partial, manifest }, name);
    }
    await pipeline(Readable.from([content]), createWriteStream(join(partial, MANIFEST_FILE)));
    // The manifest itself has to be what its id says.
    await openBundle(partial, part);
    await rm(directory, { recursive: true, force: true });
    await rename(partial, directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return openBundle(directory, part);
}
