import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ACTIVE_MODEL_KEY, activeModelSchema } from '../../core/activation/active-model.ts';
import { readStoredJson } from '../../core/documents/stored-json.ts';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import { fetchBundle } from '../../model/bundle/fetch-bundle.ts';
import { MANIFEST_FILE } from '../../model/bundle/index.ts';
import { dataFolder } from '../data-folder.ts';
import { lockDataFolder } from '../data-folder-lock.ts';
import { openLocalHome } from '../home.ts';

/** Bundles that were activated, unpacked from the store; can be deleted while no host runs. */
const BUNDLES = 'bundles';

/**
 * The bundle that was activated on a data folder by `retclip model activate`, as a folder; `undefined` where none was: what
 * was active then came from a folder that the host was started with.
 *
 * @throws DataFolderInUseError if a host runs on it; BundleError if the stored bundle is damaged
 */
export async function activatedBundle(directory: string): Promise<string | undefined> {
  const folder = dataFolder(directory);
  if ((await stat(folder.database).catch(() => undefined)) === undefined) return undefined;
  const lock = await lockDataFolder(directory);
  try {
    const home = await openLocalHome(directory);
    try {
      const active = await readStoredJson(home.objects, ACTIVE_MODEL_KEY, activeModelSchema);
      if (active === undefined) return undefined;
      const manifest = bundleFileKey(active.model, MANIFEST_FILE);
      if ((await home.objects.head(manifest)) === undefined) return undefined;
      const bundles = join(folder.directory, BUNDLES);
      // Another bundle of the same graphs has the same id, and heads of its own.
      const { content } = await home.objects.get(manifest);
      const unpacked = join(bundles, active.model);
      const present = await readFile(join(unpacked, MANIFEST_FILE)).catch(() => undefined);
      if (present !== undefined && !present.equals(content)) await rm(unpacked, { recursive: true });
      return (await fetchBundle(home.objects, active.model, bundles, {})).directory;
    } finally {
      await home.close();
    }
  } finally {
    await lock.release();
  }
}
