import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../core/errors.ts';
import type { Agreement } from '../bundle/agreement.ts';
import { MANIFEST_FILE } from '../bundle/manifest.ts';
import { type Bundle, openBundle } from '../bundle/open-bundle.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';

/**
 * Writes the evidence of precisions into a bundle's manifest, in place of former evidence. The bundle keeps its id. The
 * manifest changes as a whole or not at all.
 *
 * @returns the bundle as it is now
 * @throws BundleError if the manifest cannot be written
 */
export async function recordAgreements(
  { directory }: Bundle,
  agreements: ReadonlyMap<Precision, Agreement>,
): Promise<Bundle> {
  const path = join(directory, MANIFEST_FILE);
  const temporary = `${path}.${process.pid}.part`;
  try {
    // Read again and only added to: what a later release has written beside stays as it is.
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    for (const [precision, agreement] of agreements) manifest.variants[precision].agreement = agreement;
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
      `The evidence cannot be written into "${path}": ${reasonOf(error)}. Nothing was changed.`,
      { cause: error },
    );
  }
  return openBundle(directory);
}
