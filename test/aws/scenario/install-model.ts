import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../../../core/activation/active-model.ts';
import { bundleFileKey } from '../../../core/keys/bundle-file-key.ts';
import { activeModelOf } from '../../../local/host/active-bundle.ts';
import type { Stores } from './stores.ts';

/**
 * Installs a model as docs/deploy.md tells an administrator: the bundle under its id, and last which one screens.
 *
 * @param folder of the bundle
 */
export async function installModel(stores: Stores, folder: string): Promise<ActiveModel> {
  const model = await activeModelOf(folder);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const name = file.slice(folder.length + 1);
    await stores.put(bundleFileKey(model.model, name), await readFile(file));
  }
  await stores.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)));
  return model;
}
