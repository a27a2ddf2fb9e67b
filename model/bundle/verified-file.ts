import { join } from 'node:path';
import { reasonOf } from '../../core/errors.ts';
import { BundleError } from '../errors.ts';
import { hashFile } from './file-hash.ts';
import type { Manifest } from './manifest.ts';

/** A folder and what its manifest says of it. */
export interface BundleFolder {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** Files of a bundle that were found to be what its manifest says. */
const verified = new WeakMap<Manifest, Set<string>>();

/**
 * Path of a bundle's file, after its content has been compared with the manifest. Everything that is loaded from a bundle
 * passes here, so a file that the manifest does not list is never loaded.
 *
 * @throws BundleError naming the file
 */
export async function verifiedFile({ directory, manifest }: BundleFolder, name: string): Promise<string> {
  const path = join(directory, name);
  const known = verified.get(manifest) ?? new Set();
  verified.set(manifest, known);
  if (known.has(name)) return path;
  const expected = Object.hasOwn(manifest.files, name) ? manifest.files[name]?.sha256 : undefined;
  if (expected === undefined)
    throw new BundleError(`Bundle "${directory}" does not list "${name}" among its files: it is not loaded.`);
  const { sha256 } = await hashFile(path).catch((error: unknown) => {
    throw new BundleError(`File "${name}" of bundle "${directory}" cannot be read: ${reasonOf(error)}`, {
      cause: error,
    });
  });
  if (sha256 !== expected) {
    throw new BundleError(
      `File "${name}" of bundle "${directory}" has SHA-256 ${sha256} instead of ${expected}: it was changed or damaged. Copy the bundle again, or import it again.`,
    );
  }
  known.add(name);
  return path;
}
