import { ACTIVE_MODEL_KEY, type ActiveModel, activeModelSchema } from '../../core/models/active-model.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { readStoredJson } from '../../core/programs/stored-json.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { storeHead } from '../../model/heads/stored-heads.ts';

/** Reads what a bundle screens with. @throws ModelError if the folder is no sound bundle */
export async function activeModelOf(bundleFolder: string): Promise<ActiveModel> {
  const bundle = await openBundle(bundleFolder);
  return {
    schema: 'active-model/1',
    model: bundle.manifest.id,
    preprocessing: bundle.manifest.preprocessing.id,
    heads: bundle.heads.map((head) => ({ name: head.name, id: head.id })),
    trained: bundle.manifest.trained,
    embedding: bundle.manifest.geometry.embedding,
  };
}

/** Keeps a bundle's heads where jobs find them. */
export async function storeBundleHeads(objects: ObjectStore, bundleFolder: string): Promise<void> {
  const { heads } = await openBundle(bundleFolder);
  for (const { id: _, ...head } of heads) await storeHead(objects, head);
}

/** Makes a bundle the active one, if it is not so already. Heads that were promoted on it stay so. */
export async function activate(objects: ObjectStore, model: ActiveModel): Promise<void> {
  const present = await readStoredJson(objects, ACTIVE_MODEL_KEY, activeModelSchema).catch(() => undefined);
  if (present?.model === model.model && present.embedding === model.embedding) return;
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)), {
    contentType: 'application/json',
  });
}
