import { isDeepStrictEqual } from 'node:util';
import { ACTIVE_MODEL_KEY, type ActiveModel, activeModelSchema } from '../../core/activation/active-model.ts';
import { readStoredJson } from '../../core/documents/stored-json.ts';
import { isUndecided, requireDecidingHeads } from '../../core/heads/deciding-heads.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { activeModelOfBundle, openBundle } from '../../model/bundle/index.ts';

/** Reads what a bundle screens with. @throws ModelError if the folder is not a sound bundle */
export async function activeModelOf(bundleFolder: string): Promise<ActiveModel> {
  return activeModelOfBundle(await openBundle(bundleFolder));
}

/** Keeps a bundle's heads where jobs find them. */
export async function storeBundleHeads(objects: ObjectStore, bundleFolder: string): Promise<void> {
  const { heads } = await openBundle(bundleFolder);
  for (const { id: _, ...head } of heads) await storeHead(objects, head);
}

export const UNDECIDED_REMEDY =
  'Give it heads: retclip heads fit or from-prompts, then retclip model import … --heads FILE. For features alone, which assess nobody: --features-only';

/**
 * Makes a bundle the active one, if it is not so already. Heads that were promoted on it stay so; where none were, the
 * heads are the bundle's, which may have other thresholds than those of the release before.
 *
 * @param featuresOnly whether heads that cannot decide are meant
 * @param activated whether the bundle was activated on this system: what is live on it, a way back decides then
 * @returns what is active now
 * @throws UndecidedError if the heads look for no disease in an eye, and that was not asked for
 */
export async function activate(
  objects: ObjectStore,
  model: ActiveModel,
  featuresOnly = false,
  activated = false,
): Promise<ActiveModel> {
  const present = await readStoredJson(objects, ACTIVE_MODEL_KEY, activeModelSchema).catch(() => undefined);
  const stays = present?.model === model.model && present.embedding === model.embedding;
  const heads =
    present === undefined || (present.promotion === undefined && !activated) ? model.heads : present.heads;
  const { featuresOnly: _, ...chosen } = stays
    ? { ...present, heads, input: model.input, precisions: model.precisions }
    : model;
  const deciding = requireDecidingHeads(objects, chosen.heads, chosen.model, UNDECIDED_REMEDY);
  const next: ActiveModel = (await isUndecided(deciding, featuresOnly))
    ? { ...chosen, featuresOnly: true }
    : chosen;
  if (stays && isDeepStrictEqual(present, JSON.parse(JSON.stringify(next)))) return present;
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(next)), {
    contentType: 'application/json',
  });
  return next;
}
