import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../core/errors.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { MANIFEST_FILE } from './manifest.ts';
import { type Bundle, openBundle } from './open-bundle.ts';

/**
 * Writes what was found out about a bundle's precisions into its manifest, in place of what was there. The bundle keeps its
 * id. The manifest changes as a whole or not at all.
 *
 * @param what in words: `the evidence`
 * @param found one entry of each precision, by the entry's name
 * @returns the bundle as it is now
 * @throws BundleError if the manifest cannot be written
 */
export function amendVariants(
  bundle: Pick<Bundle, 'directory'>,
  what: string,
  found: Readonly<Record<string, ReadonlyMap<Precision, unknown>>>,
): Promise<Bundle> {
  return amendManifest(bundle, what, ({ variants }) => {
    for (const [name, entries] of Object.entries(found))
      for (const [precision, entry] of entries) variants[precision][name] = entry;
  });
}

/**
 * Writes something into a bundle's manifest that is no part of its id. The manifest changes as a whole or not at all.
 *
 * @param what in words: `the evidence`
 * @param change made to the manifest as it is stored
 * @returns the bundle as it is now
 * @throws BundleError if the manifest cannot be written
 */
export async function amendManifest(
  { directory }: Pick<Bundle, 'directory'>,
  what: string,
  // biome-ignore lint/suspicious/noExplicitAny: what a later release has written beside stays as it is
  change: (manifest: any) => void,
): Promise<Bundle> {
  const path = join(directory, MANIFEST_FILE);
  const temporary = `${path}.${process.pid}.part`;
  try {
    // Read again and only added to: what a later release has written beside stays as it is.
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    change(manifest);
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new BundleError(
      `${what} cannot be written into "${path}": ${reasonOf(error)}. Nothing was changed.`,
      {
        cause: error,
      },
    );
  }
  return openBundle(directory);
}
