import { ACTIVE_MODEL_KEY, type ActiveModel, activeModelSchema } from '../core/activation/active-model.ts';
import { readStoredJson } from '../core/documents/stored-json.ts';
import type { ObjectStore } from '../core/ports/index.ts';
import { fetchBundle } from '../model/bundle/fetch-bundle.ts';
import { activeModelOfBundle, type Bundle, openBundle, verifyHashes } from '../model/bundle/index.ts';
import { ScreeningError } from './errors.ts';

/** The active model of a store. @throws ScreeningError if none is */
export async function activeModel(store: ObjectStore): Promise<ActiveModel> {
  const active = await readStoredJson(store, ACTIVE_MODEL_KEY, activeModelSchema);
  if (active === undefined) {
    throw new ScreeningError(`No model is active: upload a bundle and write "${ACTIVE_MODEL_KEY}".`);
  }
  return active;
}

/** Whether the same bundle is meant. Heads may differ: those that were promoted are read by their ids. */
export function isSameBundle(a: ActiveModel, b: ActiveModel): boolean {
  return a.model === b.model && a.preprocessing === b.preprocessing && a.trained === b.trained;
}

/** The active bundle. Requests name what is active, so a bundle that is something else could answer none of them. */
async function activeBundle(store: ObjectStore, cache: string): Promise<Bundle> {
  const active = await activeModel(store);
  const bundle = await fetchBundle(store, active.model, cache);
  const found = activeModelOfBundle(bundle);
  if (!isSameBundle(found, active)) {
    throw new ScreeningError(
      `"${ACTIVE_MODEL_KEY}" says ${JSON.stringify(active)} but the bundle is ${JSON.stringify(found)}. Write "${ACTIVE_MODEL_KEY}" again from the bundle.`,
    );
  }
  return bundle;
}

/**
 * Loads the bundle from a folder, or the active one from the object store. Hashes are verified either way.
 *
 * @throws ScreeningError, BundleError
 */
export async function loadBundle(
  store: ObjectStore,
  folder: string | undefined,
  cache: string,
): Promise<Bundle> {
  if (folder === undefined) return activeBundle(store, cache);
  const bundle = await openBundle(folder, { text: false });
  await verifyHashes(bundle, { text: false });
  return bundle;
}
