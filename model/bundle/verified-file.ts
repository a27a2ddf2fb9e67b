import { join } from 'node:path';
import { BundleError } from '../errors.ts';
import { hashFile } from './file-hash.ts';
import type { Bundle } from './open-bundle.ts';

/** Files of a bundle that were found to be what its manifest says. */
const verified = new WeakMap<Bundle['manifest'], Set<string>>();

/**
 * Path of a bundle's file, whose content has been compared with the manifest. Whatever is loaded from a bundle is asked
 * for here: a file that the manifest does not list is none of the bundle's.
 *
 * @throws BundleError naming the file
 */
export async function verifiedFile(
  bundle: Pick<Bundle, 'directory' | 'manifest'>,
  name: string,
): Promise<string> {
  const { directory, manifest } = bundle;
  const path = join(directory, name);
  const known = verified.get(manifest) ?? new Set();
  verified.set(manifest, known);
  if (known.has(name)) return path;
  const expected = Object.hasOwn(manifest.files, name) ? manifest.files[name]?.sha256 : undefined;
  if (expected === undefined)
    throw new BundleError(`Bundle "${directory}" does not list "${name}" among its files: it is not loaded.`);
  const { sha256 } = await hashFile(path).catch((error: unknown) => {
    throw new BundleError(
      `File "${name}" of bundle "${directory}" cannot be read: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  });
  if (sha256 !== expected) {
    throw new BundleError(
      `File "${name}" of bundle "${directory}" has SHA-256 ${sha256} instead of ${expected}: it was changed or damaged. Copy the bundle again, or import it again.`,
    );
  }
  known.add(name);
  return path;
}
