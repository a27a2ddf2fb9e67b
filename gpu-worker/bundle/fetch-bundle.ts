import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ObjectStore } from '../../core/ports/index.ts';
import { type Bundle, openBundle, verifyHashes } from '../../model/bundle/index.ts';
import { MANIFEST_FILE, manifestSchema } from '../../model/bundle/manifest.ts';
import { neededFiles } from '../../model/bundle/open-bundle.ts';
import { ModelError } from '../../model/errors.ts';
import { WorkerError } from '../errors.ts';

/** Bytes of one request, so that a large graph is never in memory whole. */
const PART_BYTES = 16 * 1024 * 1024;

async function* parts(store: ObjectStore, key: string, bytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes; start += PART_BYTES) {
    const range = { start, end: Math.min(start + PART_BYTES, bytes) - 1 };
    yield (await store.get(key, { range })).content;
  }
}

/** A bundle whose hashes are right; `undefined` if there is none or it is damaged. */
async function soundBundle(directory: string): Promise<Bundle | undefined> {
  try {
    const bundle = await openBundle(directory, { text: false });
    await verifyHashes(bundle, { text: false });
    return bundle;
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/**
 * Fetches the screening part of a bundle from the object store, `models/<id>/…`, and checks every hash. A sound bundle
 * in the cache is not fetched again.
 *
 * @throws WorkerError if the bundle is not in the store; BundleError if it is damaged
 */
export async function fetchBundle(store: ObjectStore, id: string, cache: string): Promise<Bundle> {
  const directory = join(cache, id);
  const cached = await soundBundle(directory);
  if (cached !== undefined) return cached;
  const prefix = `models/${id}/`;
  const { content } = await store.get(`${prefix}${MANIFEST_FILE}`);
  const manifest = manifestSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
  if (manifest.id !== id) {
    throw new WorkerError(
      `"${prefix}${MANIFEST_FILE}" is of bundle ${manifest.id}: upload the right bundle.`,
    );
  }
  const partial = `${directory}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const name of neededFiles(manifest, { text: false })) {
    const file = join(partial, name);
    await mkdir(dirname(file), { recursive: true });
    const bytes = manifest.files[name]?.bytes ?? 0;
    await pipeline(Readable.from(parts(store, `${prefix}${name}`, bytes)), createWriteStream(file));
  }
  await pipeline(Readable.from([content]), createWriteStream(join(partial, MANIFEST_FILE)));
  await verifyHashes(await openBundle(partial, { text: false }), { text: false });
  await rm(directory, { recursive: true, force: true });
  await rename(partial, directory);
  return openBundle(directory, { text: false });
}
